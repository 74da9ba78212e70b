// The colours of labels, in pictures and on the explorer page.

/** Ten hues, dark and light. */
export const palette = (
  "#9e2b36 #ed7477 #963c00 #e38231 #795400 #c09a00 #426900 #83af3e #007343 #00bb85 " +
  "#00717c #00b9c3 #0063a2 #04abee #3f50ad #7e96fb #723d9a #b883e6 #912e6f #de75b5"
).split(" ");
