/** Models behind OpenAI's protocol. @module */
export { askOpenAI, type OpenAIOptions } from "./ask_openai.ts";
