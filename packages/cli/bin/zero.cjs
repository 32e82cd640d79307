#!/usr/bin/env node
// The command looks at the name it was called by: this one means --product zero.
require('./polygate.cjs');
