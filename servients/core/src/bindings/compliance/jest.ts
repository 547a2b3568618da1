// The suite is a library of the tests beside it: jest is the repository's, not this package's.
// biome-ignore lint/correctness/noUndeclaredDependencies: a test-only module that nothing at run time imports
export { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
