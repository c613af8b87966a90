#!/usr/bin/env node
// Stands here from the start, since npm links only what is there when it installs, before anything is built.
import "../dist/cli.js";
