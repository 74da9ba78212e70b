// The forms of the verb grammar, against lists that were checked by hand.

import { assertEquals } from "@std/assert";
import { type Language, type Tense, verbForms, verbs } from "minimodel";

/** Third person; past; participle. */
const english = `
dance dances danced danced
cook cooks cooked cooked
paint paints painted painted
wash washes washed washed
study studies studied studied
plan plans planned planned
open opens opened opened
receive receives received received
play plays played played
fix fixes fixed fixed
collect collects collected collected
order orders ordered ordered
sing sings sang sung
write writes wrote written
eat eats ate eaten
drink drinks drank drunk
sell sells sold sold
build builds built built
make makes made made
drive drives drove driven`;

/** Three of the present, three of the past, the participle, three of the future. */
const spanish = `
bailar bailo bailas baila bailé bailaste bailó bailado bailaré bailarás bailará
cocinar cocino cocinas cocina cociné cocinaste cocinó cocinado cocinaré cocinarás cocinará
pintar pinto pintas pinta pinté pintaste pintó pintado pintaré pintarás pintará
lavar lavo lavas lava lavé lavaste lavó lavado lavaré lavarás lavará
estudiar estudio estudias estudia estudié estudiaste estudió estudiado estudiaré estudiarás estudiará
planear planeo planeas planea planeé planeaste planeó planeado planearé planearás planeará
abrir abro abres abre abrí abriste abrió abierto abriré abrirás abrirá
recibir recibo recibes recibe recibí recibiste recibió recibido recibiré recibirás recibirá
tocar toco tocas toca toqué tocaste tocó tocado tocaré tocarás tocará
arreglar arreglo arreglas arregla arreglé arreglaste arregló arreglado arreglaré arreglarás arreglará
recoger recojo recoges recoge recogí recogiste recogió recogido recogeré recogerás recogerá
pedir pido pides pide pedí pediste pidió pedido pediré pedirás pedirá
cantar canto cantas canta canté cantaste cantó cantado cantaré cantarás cantará
escribir escribo escribes escribe escribí escribiste escribió escrito escribiré escribirás escribirá
comer como comes come comí comiste comió comido comeré comerás comerá
beber bebo bebes bebe bebí bebiste bebió bebido beberé beberás beberá
vender vendo vendes vende vendí vendiste vendió vendido venderé venderás venderá
construir construyo construyes construye construí construiste construyó construido construiré construirás construirá
hacer hago haces hace hice hiciste hizo hecho haré harás hará
conducir conduzco conduces conduce conduje condujiste condujo conducido conduciré conducirás conducirá`;

const rows = (list: string) => list.trim().split("\n").map((line) => line.split(" "));

/** What the grid has of one verb, as `pick` chooses of each form. */
function formsOf(
  lemma: string,
  { language, tense, pick = "form" }: {
    readonly language: Language;
    readonly tense: Tense;
    readonly pick?: "form" | "word";
  },
): string[] {
  return verbForms()
    .filter((each) => each.lemma === lemma && each.language === language && each.tense === tense)
    .map((each) => each[pick]);
}

Deno.test("the English forms of the verb grammar are right", () => {
  assertEquals(rows(english).map(([lemma]) => lemma), verbs.map(({ en }) => en));
  for (const [lemma, third, past, participle] of rows(english)) {
    const of = (tense: Tense) => formsOf(lemma, { language: "en", tense });
    assertEquals(of("infinitive"), [lemma, lemma, lemma]);
    assertEquals(of("present"), [lemma, lemma, third]);
    assertEquals(of("past"), [past, past, past]);
    assertEquals(of("participle"), [participle, participle, participle]);
    assertEquals(of("future"), [`will ${lemma}`, `will ${lemma}`, `will ${lemma}`]);
  }
});

Deno.test("the Spanish forms of the verb grammar are right, accents included", () => {
  assertEquals(rows(spanish).map(([lemma]) => lemma), verbs.map(({ es }) => es));
  for (const [lemma, ...forms] of rows(spanish)) {
    const of = (tense: Tense) => formsOf(lemma, { language: "es", tense });
    assertEquals(of("infinitive"), [lemma, lemma, lemma]);
    assertEquals(of("present"), forms.slice(0, 3));
    assertEquals(of("past"), forms.slice(3, 6));
    assertEquals(of("participle"), [forms[6], forms[6], forms[6]]);
    assertEquals(of("future"), forms.slice(7));
  }
});

Deno.test("the words of the corpus join a form with what makes it of its tense", () => {
  const words = (lemma: string, language: Language, tense: Tense) =>
    formsOf(lemma, { language, tense, pick: "word" });
  assertEquals(words("sing", "en", "infinitive"), ["to_sing", "to_sing", "to_sing"]);
  assertEquals(words("sing", "en", "participle"), ["have_sung", "have_sung", "has_sung"]);
  assertEquals(words("sing", "en", "future"), ["will_sing", "will_sing", "will_sing"]);
  assertEquals(words("hacer", "es", "participle"), ["he_hecho", "has_hecho", "ha_hecho"]);
  assertEquals(words("cantar", "es", "past"), ["canté", "cantaste", "cantó"]);
});

Deno.test("the grid has each verb, tense, person and language once, English before Spanish", () => {
  const cells = verbForms().map(({ verb, tense, person, language }) =>
    [verb, tense, person, language].join(" ")
  );
  const wanted = verbs.flatMap(({ en }) =>
    ["infinitive", "present", "past", "participle", "future"].flatMap((tense) =>
      [1, 2, 3].flatMap((person) =>
        ["en", "es"].map((language) => [en, tense, person, language].join(" "))
      )
    )
  );
  assertEquals(cells, wanted);
  assertEquals(cells.length, 600);
});

Deno.test("twelve verbs are regular in English, and twelve in Spanish", () => {
  const irregular = verbs.filter(({ isRegularInEnglish }) => !isRegularInEnglish);
  assertEquals(irregular.map(({ en }) => en), [
    ...["sing", "write", "eat", "drink", "sell", "build", "make", "drive"],
  ]);
  const spanishOnes = verbs.filter(({ isRegularInSpanish }) => !isRegularInSpanish);
  assertEquals(spanishOnes.map(({ es }) => es), [
    ...["abrir", "tocar", "recoger", "pedir", "escribir", "construir", "hacer", "conducir"],
  ]);
});
