// Thing Descriptions (a JSON array on stdin) → results of W3C's assertion tester on stdout. In a process
// of its own: within jest it takes ten times as long.
const { readFileSync } = require("node:fs");
const { tdAssertions } = require("@thing-description-playground/assertions");

// It wants its neighbour below itself, where npm does not put it.
const nested = "/assertions/node_modules/@thing-description-playground/";
const load = async (file) => readFileSync(file.replace(nested, "/"));
const texts = JSON.parse(readFileSync(0, "utf8")).map((td) => JSON.stringify(td));

tdAssertions(texts, load, () => undefined, []).then(({ merged }) => {
  process.stdout.write(JSON.stringify(merged));
});
