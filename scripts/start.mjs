// `npm start`: from a fresh clone to the window in a browser. `npm start -- --no-open` only prints its address.
// What else follows `--` goes to `gradloom serve`, for example --port 8000.
const given = process.argv.slice(2);
const rest = given.filter((argument) => argument !== "--no-open");
const open = given.length === rest.length ? ["--open"] : [];
process.stdout.write(
  "Gradloom opens in your browser. If it does not, open the address below.\n" +
    "Gradloom 将在浏览器中打开。如果没有打开，请访问下面的网址。\n\n",
);
process.argv.splice(2, given.length, "serve", ...open, ...rest);
await import("./gradloom.mjs");
