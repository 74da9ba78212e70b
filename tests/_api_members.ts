// The functions, classes and methods of a module, by their names.

/** Every function, class and method of a module, as "add", "Embedding", "Embedding.load", "Tensor#add". */
export function membersOf(module: object): string[] {
  const listed = new Set<unknown>(Object.values(module));
  return Object.entries(module).flatMap(([name, value]) => {
    if (typeof value !== "function") return [];
    const prototype = Object.getOwnPropertyDescriptor(value, "prototype");
    if (prototype === undefined || prototype.writable) return [name];
    // What comes from a class that is listed too, is listed there.
    const homes = chainOf(prototype.value, ({ constructor }) => listed.has(constructor));
    return [
      name,
      ...functionsOf(value).map((key) => `${name}.${key}`),
      ...homes.flatMap(functionsOf).map((key) => `${name}#${key}`),
    ];
  });
}

/** A prototype and those behind it, up to where `ends` says so, or to one of JavaScript's own. */
function chainOf(prototype: object, ends: (prototype: object) => boolean): object[] {
  const behind: object | null = Object.getPrototypeOf(prototype);
  const isOver = behind === null || ends(behind) ||
    [Object.prototype, Error.prototype, RangeError.prototype].includes(behind);
  return [prototype, ...isOver ? [] : chainOf(behind, ends)];
}

function functionsOf(object: object): string[] {
  const own = Reflect.ownKeys(object).filter((key) =>
    key !== "constructor" &&
    typeof Object.getOwnPropertyDescriptor(object, key)?.value === "function"
  );
  return own.map((key) => typeof key === "symbol" ? String(key.description) : key);
}

/** The function that a name stands for; that of a method takes its object first. */
export function memberOf(module: object, name: string): (...values: unknown[]) => unknown {
  const [, owner, mark, key] = /^(\w+)(?:([.#])(.+))?$/.exec(name) ?? [];
  const value: unknown = Reflect.get(module, owner);
  if (typeof value !== "function") throw new RangeError(`There is no ${name}`);
  if (mark === undefined) {
    const prototype = Object.getOwnPropertyDescriptor(value, "prototype");
    const isClass = prototype !== undefined && !prototype.writable;
    return isClass
      ? (...values) => Reflect.construct(value, values)
      : (...values) => Reflect.apply(value, undefined, values);
  }
  const home = mark === "." ? value : value.prototype;
  const found = chainOf(home, () => false).flatMap((each) => Reflect.ownKeys(each)).find((each) =>
    (typeof each === "symbol" ? each.description : each) === key
  );
  const method: unknown = found === undefined ? undefined : Reflect.get(home, found);
  if (typeof method !== "function") throw new RangeError(`There is no ${name}`);
  return mark === "."
    ? (...values) => Reflect.apply(method, value, values)
    : (self, ...values) => Reflect.apply(method, self, values);
}
