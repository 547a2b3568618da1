// The suites are libraries of the tests beside them: jest is the repository's, not this package's.
// biome-ignore lint/correctness/noUndeclaredDependencies: a test-only module that nothing at run time imports
export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
