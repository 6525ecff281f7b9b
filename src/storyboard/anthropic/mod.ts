/** Models behind Anthropic's protocol. @module */
export { type AnthropicOptions, askAnthropic } from "./ask_anthropic.ts";
