// Thousands of tests with real sockets, radios on ptys and processes share two cores. Where the
// outcome decides (CI), one that fails is tried once more; what it said the first time is printed, so
// that a race is seen and mended. At a developer's desk the first failure counts.
"use strict";

if (process.env.CI) jest.retryTimes(1, { logErrorsBeforeRetry: true });
