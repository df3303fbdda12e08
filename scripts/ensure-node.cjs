// npm 10 deletes node_modules/.bin/node when it rolls back the packages of other platforms, so
// that scripts silently run on the machine's own Node. This puts the link back.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', 'node_modules');
const link = path.join(root, '.bin', 'node');
const names = [
  `node-${process.platform}-${process.arch}`,
  `node-bin-${process.platform}-${process.arch}`,
];
const found = names
  .map((name) => path.join(root, name, 'bin', 'node'))
  .find((file) => fs.existsSync(file));

if (found && !fs.existsSync(link)) {
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true });
  fs.symlinkSync(path.relative(path.dirname(link), found), link);
}
