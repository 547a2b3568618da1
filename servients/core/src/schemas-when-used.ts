import { Ajv } from "ajv";

type Compile = (this: Ajv, schema: object, meta?: boolean) => object;

/**
 * node-wot, and what it comes with, compile the schemas of Thing Descriptions and Thing Models while
 * they are loaded: half of the time a Servient takes to start, and most programs validate neither.
 * Loaded here, before anything else loads it, each is compiled when it is first used.
 */
function loadNodeWot(): void {
  const schemas = Ajv.prototype as unknown as { compile: Compile };
  const { compile } = schemas;
  schemas.compile = function later(schema, meta) {
    let compiled: object | undefined;
    const now = (): object => {
      compiled ??= compile.call(this, schema, meta);
      return compiled;
    };
    // A validator is a function with members: it says in `errors` what the last call found.
    return new Proxy(() => undefined, {
      apply: (_, self, values) => Reflect.apply(now() as () => unknown, self, values),
      get: (_, key) => Reflect.get(now(), key),
    });
  };
  try {
    require("@node-wot/core");
  } finally {
    schemas.compile = compile;
  }
}

loadNodeWot();
