// The library with one fault of memory each, as changes of its text.

import type { Change } from "./_memory_library.ts";

/** What each fault does, and the changes that make it. */
export const plantedFaults: readonly (readonly [mistake: string, changes: readonly Change[]])[] = [
  ["keeps a shape array that it was given", [{
    file: "autograd/tensor.ts",
    from: "return Object.isFrozen(shape) ? shape : Object.freeze([...shape]);",
    to: "return shape;",
  }, {
    file: "autograd/tape.ts",
    from: "checkShape(shape, `record ${name}`)",
    to: "shape",
  }]],
  ["keeps the rows of a gradient that it was given", [{
    file: "check/gradients.ts",
    from: "const rows = new Int32Array(given);",
    to: "const rows = given;",
  }]],
  ["gives out the rows of a gradient that it keeps", [{
    file: "autograd/row_gradient.ts",
    from: "return this.sparse().rows.slice();",
    to: "return this.sparse().rows;",
  }]],
  ["keeps the values of a gradient that it was given", [{
    file: "autograd/row_gradient.ts",
    from: "own === values ? own.detach() : own;",
    to: "own;",
  }]],
  ["does not see what is written to the whole of a gradient of rows", [{
    file: "autograd/row_gradient.ts",
    from: "this.#agreed ??= this.#values.storage.numbers.slice();",
    to: "",
  }]],
  ["keeps ids that it was given", [{
    file: "check/ids.ts",
    from: "return { data: ids.slice(), shape: [ids.length] };",
    to: "return { data: ids, shape: [ids.length] };",
  }]],
  ["keeps a list of tensors that it was given", [{
    file: "autograd/ops/shape.ts",
    from: 'recordOp("concat", [...tensors], ',
    to: 'recordOp("concat", tensors, ',
  }]],
  ["records the numbers that it was given without copying them", [{
    file: "autograd/tape.ts",
    from: 'const storage = copyOf(numbers, dtypeOf(array) ?? "float64");',
    to: "const storage = numbers instanceof Storage ? numbers : new Storage(array);",
  }]],
  ["gives two tensors one storage", [{
    file: "autograd/ops/shape.ts",
    from: 'recordOp("reshape", [x], copyOf(x.storage, x.dtype), full, ',
    to: 'recordOp("reshape", [x], x.storage, full, ',
  }]],
  ["keeps the state of an optimiser that it was given", [{
    file: "nn/_optimizer_state.ts",
    from: "return copyOf(read.data, dtype, { lasting: true }).keep();",
    to: "return read.data;",
  }]],
  ["hands out windows on the kernels' memory", [{
    file: "kernels/homes.ts",
    from: "const moved = new OwnArray(this.numbers.slice());\n    this.free();",
    to: "const moved = new OwnArray(this.numbers);\n    this.free();",
  }]],
  ["hands out windows on what small tensors share", [{
    file: "kernels/homes.ts",
    from: "    return new OwnArray(this.numbers.slice());\n",
    to: "    return this;\n",
  }]],
  ["gives the same part of an array to small tensors", [{
    file: "kernels/homes.ts",
    from: "used = start + bytes;",
    to: "used = start;",
  }]],
  ["keeps a view when the memory has grown", [{
    file: "kernels/homes.ts",
    from: "if (this.#view === undefined || this.#view.length !== this.#length) {",
    to: "if (this.#view === undefined) {",
  }]],
  ["copies operands in before it has taken all blocks, and back through the same views", [{
    file: "kernels/pointers.ts",
    from: "lent.push({ block, operand, role });",
    to: "lent.push({ block, operand, role, view: viewOf(block, operand) });",
  }, {
    file: "kernels/pointers.ts",
    from: "if (role > 0) numbersOf(operand).set(viewOf(block, operand));",
    to: "if (role > 0) numbersOf(operand).set(lent.find((each) => each.block === block).view);",
  }]],
  ["takes a memory that could not grow for one that has", [{
    file: "kernels/memory.ts",
    from: "} catch {\n      return false;",
    to: "} catch {\n      return true;",
  }]],
  ["frees a block when it is disposed of, and again when it is collected", [{
    file: "kernels/homes.ts",
    from: "collected.unregister(this);",
    to: "",
  }]],
  ["reads what was transferred as no numbers", [{
    file: "kernels/storage.ts",
    from: "return isWhole(numbers, this.length) ? numbers : refuseTransferred();",
    to: "return numbers;",
  }]],
  ["makes a tensor of others the gradient of a leaf", [{
    file: "autograd/tape.ts",
    from: "taken.has(dy) || madeAt(dy) < start ? dy.detach() : dy",
    to: "dy",
  }]],
  ["takes what is younger than the upstream gradient for new", [{
    file: "autograd/tape.ts",
    from: "const start = tick();",
    to: "const start = madeAt(upstream);",
  }]],
  ["disposes of the gradients of leaves at the end of a scope", [{
    file: "autograd/tape.ts",
    from: "for (const storage of storagesOf(grad)) storage.keep();",
    to: "",
  }]],
  ["disposes of what a scope returns", [{
    file: "kernels/open_scope.ts",
    from: "if (made.delete(each)) outer?.made.add(each);",
    to: "",
  }]],
  ["runs a function that is not done when it returns", [{
    file: "autograd/tape.ts",
    from: 'checkPlainFunction("run without gradients", fn);',
    to: "",
  }]],
  ["takes half a step", [{
    file: "nn/optimizer.ts",
    from: "checkGradient(this.#rule.name, parameter, grad, this.#rule.everyRow(this.#options));",
    to: "",
  }]],
];
