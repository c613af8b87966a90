/** Beside every test file: databases that a test asked for go with the test, those of a whole file with the file. */
import { afterAll, afterEach, beforeEach } from "vitest";
import { databases, dropDatabases, takeBackDatabases } from "./postgres.ts";

let before = 0;
beforeEach(() => {
  before = databases();
});
// Who comes first here comes last there: by then the test has closed what it opened.
afterEach(() => takeBackDatabases(before));
afterAll(dropDatabases);
