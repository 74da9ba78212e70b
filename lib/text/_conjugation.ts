// The forms of a verb by the rules of its language, and a table of the forms that no rule gives.

/** The forms of one verb; lists are in the order of persons. */
export interface Forms {
  readonly present: readonly string[];
  readonly past: readonly string[];
  readonly participle: string;
  readonly future: readonly string[];
}

/** What a verb has in place of what the rules give; null where the rule holds. */
interface Exceptions {
  readonly present?: readonly (string | null)[];
  readonly past?: readonly (string | null)[];
  readonly participle?: string;
  /** What the endings of the future are added to. */
  readonly futureStem?: string;
}

const englishExceptions: Readonly<Record<string, readonly [past: string, participle: string]>> = {
  build: ["built", "built"],
  drink: ["drank", "drunk"],
  drive: ["drove", "driven"],
  eat: ["ate", "eaten"],
  make: ["made", "made"],
  sell: ["sold", "sold"],
  sing: ["sang", "sung"],
  write: ["wrote", "written"],
};

const spanishExceptions: Readonly<Record<string, Exceptions>> = {
  abrir: { participle: "abierto" },
  conducir: { present: ["conduzco", null, null], past: ["conduje", "condujiste", "condujo"] },
  construir: {
    present: ["construyo", "construyes", "construye"],
    past: [null, null, "construyó"],
  },
  escribir: { participle: "escrito" },
  hacer: {
    present: ["hago", null, null],
    past: ["hice", "hiciste", "hizo"],
    participle: "hecho",
    futureStem: "har",
  },
  pedir: { present: ["pido", "pides", "pide"], past: [null, null, "pidió"] },
  recoger: { present: ["recojo", null, null] },
  tocar: { past: ["toqué", null, null] },
};

/** Whether the rules give all forms of a verb. */
export function isRegular(infinitive: string): boolean {
  return !(infinitive in englishExceptions) && !(infinitive in spanishExceptions);
}

/** The forms of an English verb: "study" has studies, studied, will study. */
export function englishForms(infinitive: string): Forms {
  const past = englishExceptions[infinitive]?.[0] ?? withD(infinitive);
  return {
    present: [infinitive, infinitive, withS(infinitive)],
    past: [past, past, past],
    participle: englishExceptions[infinitive]?.[1] ?? past,
    future: [infinitive, infinitive, infinitive].map((each) => `will ${each}`),
  };
}

/** The verb in the third person: washes, studies, sings. */
function withS(infinitive: string): string {
  if (/(s|x|z|ch|sh|o)$/.test(infinitive)) return `${infinitive}es`;
  return /[^aeiou]y$/.test(infinitive) ? `${infinitive.slice(0, -1)}ies` : `${infinitive}s`;
}

/** The verb in the past: danced, studied, planned, cooked. */
function withD(infinitive: string): string {
  if (infinitive.endsWith("e")) return `${infinitive}d`;
  if (/[^aeiou]y$/.test(infinitive)) return `${infinitive.slice(0, -1)}ied`;
  // A single short vowel before a single consonant doubles it.
  const isShort = /^[^aeiou]*[aeiou][^aeiouwxy]$/.test(infinitive);
  return `${infinitive}${isShort ? infinitive.at(-1) : ""}ed`;
}

const endings = {
  ar: { present: ["o", "as", "a"], past: ["é", "aste", "ó"], participle: "ado" },
  er: { present: ["o", "es", "e"], past: ["í", "iste", "ió"], participle: "ido" },
  ir: { present: ["o", "es", "e"], past: ["í", "iste", "ió"], participle: "ido" },
};

/** The forms of a Spanish verb: "cantar" has canto, cantas, canta, canté and so on. */
export function spanishForms(infinitive: string): Forms {
  const stem = infinitive.slice(0, -2);
  const { present, past, participle } = endings[infinitive.slice(-2) as keyof typeof endings];
  const exceptions = spanishExceptions[infinitive] ?? {};
  const byRule = (list: readonly string[], own: Exceptions["present"] = []) =>
    list.map((ending, person) => own[person] ?? `${stem}${ending}`);
  const futureStem = exceptions.futureStem ?? infinitive;
  return {
    present: byRule(present, exceptions.present),
    past: byRule(past, exceptions.past),
    participle: exceptions.participle ?? `${stem}${participle}`,
    future: ["é", "ás", "á"].map((ending) => `${futureStem}${ending}`),
  };
}
