// The company of each verb: nouns that no other verb has. English and Spanish have them in the same
// order, so that each noun has its translation opposite.

import type { Language } from "./verbs.ts";

/** The nouns that one verb has to itself, in one language. */
export interface Company {
  /** What is sung, say: two nouns. */
  readonly objects: readonly string[];
  /** Where it is done: two nouns. */
  readonly places: readonly string[];
}

/** By the verb's English name: two objects, then two places. */
const lists: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  dance: { en: "waltzes polkas ballrooms clubs", es: "valses polcas salones clubes" },
  cook: { en: "soups lentils homes restaurants", es: "sopas lentejas hogares restaurantes" },
  paint: {
    en: "portraits landscapes studios galleries",
    es: "retratos paisajes estudios galerías",
  },
  wash: { en: "dishes shirts laundries sinks", es: "platos camisas lavanderías fregaderos" },
  study: { en: "history physics libraries schools", es: "historia física bibliotecas escuelas" },
  plan: { en: "trips weddings offices meetings", es: "viajes bodas oficinas reuniones" },
  open: { en: "windows drawers houses hallways", es: "ventanas cajones casas pasillos" },
  receive: {
    en: "packages invoices warehouses lobbies",
    es: "paquetes facturas almacenes vestíbulos",
  },
  play: { en: "guitars drums concerts theaters", es: "guitarras tambores conciertos teatros" },
  fix: { en: "engines brakes garages workshops", es: "motores frenos garajes talleres" },
  collect: { en: "mushrooms berries forests meadows", es: "setas moras bosques prados" },
  order: { en: "coffee desserts bistros terraces", es: "café postres cafeterías terrazas" },
  sing: { en: "songs anthems churches choirs", es: "canciones himnos iglesias coros" },
  write: { en: "letters novels desks diaries", es: "cartas novelas escritorios diarios" },
  eat: { en: "apples bread canteens diners", es: "manzanas pan cantinas comedores" },
  drink: { en: "water milk taverns pubs", es: "agua leche tabernas bares" },
  sell: { en: "cars jewels shops bazaars", es: "coches joyas tiendas bazares" },
  build: { en: "bridges towers villages harbors", es: "puentes torres pueblos puertos" },
  make: { en: "candles toys factories attics", es: "velas juguetes fábricas áticos" },
  drive: { en: "trucks tractors highways tunnels", es: "camiones tractores autopistas túneles" },
};

/** The company of a verb, by its English name. */
export function companyOf(verb: string, language: Language): Company {
  const nouns = lists[verb]?.[language].split(" ") ?? [];
  return { objects: nouns.slice(0, 2), places: nouns.slice(2) };
}
