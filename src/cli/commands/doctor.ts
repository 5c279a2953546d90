import { defineCommand } from "../command.ts";
export const command = defineCommand({ name: "doctor", arguments: [], options: {}, run: async () => 2 });
