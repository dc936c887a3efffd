/** Imported first: on an older Node this program fails late and unclearly, so it does not start there at all. */
const NODE_MAJOR_MIN = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < NODE_MAJOR_MIN) {
  console.error(
    `Drafthorse needs Node ${NODE_MAJOR_MIN} and this is ${process.versions.node}; "npm start" brings its own.`,
  );
  process.exit(1);
}
