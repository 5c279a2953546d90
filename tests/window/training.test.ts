import { expect, template, test } from "./support/program.ts";

test("trains from the window and gives the document its weights", async ({ app, program }) => {
  await program.open(app);
  await app.open(template("mlp-xor"));
  await app.page.keyboard.press("Control+Enter");
  await expect(app.page.getByText(/is trained: .*loss/)).toBeVisible({ timeout: 30_000 });
});
