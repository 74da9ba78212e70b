// How the page looks, in light and in dark.

/** The style sheet. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
  --panel: #f6f8fa; --focus: #0969da; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --ink: #f0f6fc; --soft: #9198a1;
  --line: #3d444d; --panel: #151b23; --focus: #4493f8; } }
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: grid; grid-template: auto 1fr auto / 1fr 20rem;
  font: 15px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; align-items: center;
  padding: .6rem 1rem; border-bottom: 1px solid var(--line); background: var(--panel); }
h1 { font-size: 1.1rem; margin: 0 auto 0 0; }
h2 { font-size: 1rem; margin: 1rem 0 .3rem; }
label { display: flex; gap: .4rem; align-items: center; }
input, select, button { font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: .3rem; padding: .2rem .5rem; }
input[type="range"] { padding: 0; width: 9rem; }
output { min-width: 5.5em; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
main { position: relative; overflow: hidden; min-height: 12rem; }
canvas { width: 100%; height: 100%; display: block; touch-action: none; }
#names { position: absolute; inset: 0; pointer-events: none; overflow: hidden; }
#names span { position: absolute; transform: translate(8px, -50%); white-space: nowrap;
  font-size: 12px; text-shadow: 0 0 3px var(--ground), 0 0 3px var(--ground); }
#names .chosen { font-weight: bold; font-size: 14px; }
aside { overflow: auto; padding: .2rem 1rem 1rem; border-left: 1px solid var(--line); }
ol, ul { list-style: none; margin: 0; padding: 0; }
li button { width: 100%; display: flex; gap: .6rem; align-items: center; text-align: left;
  border-color: transparent; background: none; cursor: pointer; }
li button:hover { background: var(--panel); }
li .score { margin-left: auto; color: var(--soft); font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem; margin: .3rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.swatch { width: .8rem; height: .8rem; border-radius: 50%; flex: none; }
footer { grid-column: 1 / -1; padding: .3rem 1rem; color: var(--soft); font-size: 13px;
  border-top: 1px solid var(--line); }
@media (max-width: 50rem) { body { grid-template: auto 60vh auto auto / 1fr; height: auto; }
  aside { border-left: 0; } }
`;
