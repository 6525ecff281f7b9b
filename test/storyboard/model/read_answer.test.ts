import { describe, expect, test } from "bun:test";
import { readAnswer, withoutReasoning } from "../../../src/storyboard/model/read_answer.ts";
import { modelAnswer } from "../provider.ts";

const ANSWER = modelAnswer(4);
const DRAFT = modelAnswer(2);

const countOf = (text: string) => {
  const read = readAnswer(text);
  return "scenes" in read ? read.scenes.length : read.problems;
};

describe("a model's answer: its storyboard is found", () => {
  test.each([
    ["alone", ANSWER],
    ["in a code fence", `\`\`\`json\n${ANSWER}\n\`\`\``],
    ["in a code fence that is never closed", `\`\`\`\n${ANSWER}`],
    ["after reasoning", `<think>\nThe user wants {four} scenes, "not 5".\n</think>\n\n${ANSWER}`],
    ["after reasoning whose start the server cut off", `So, four scenes.\n</think>\n${ANSWER}`],
    ["after reasoning with a draft", `<think>Perhaps ${DRAFT}?</think>${ANSWER}`],
    ["after a draft without tags", `First idea: ${DRAFT}\nBetter: ${ANSWER}`],
    ["after reasoning in a fence", `<thinking>a</thinking>\n\`\`\`json\n${ANSWER}\n\`\`\`\nEnjoy!`],
    ["between prose", `Here is your storyboard: ${ANSWER} Say {"more": true} to change it.`],
    ["within reasoning that is never ended", `<think>I answer ${ANSWER}`],
    ["within reasoning, with nothing after it", `<think>${ANSWER}</think>`],
    ["before an object that is cut off", `${ANSWER}\n{"scenes": [{"duration": 3`],
    ["after an object that is cut off", `{"scenes": [{"duration": 3\n\n${ANSWER}`],
    ["with a byte order mark", `\ufeff${ANSWER}`],
    ["with braces and tags in its texts", ANSWER.replace("Line 1.", 'Say \\"{\\" </think> now.')],
  ])("%s", (_name, text) => {
    expect(countOf(text)).toBe(4);
  });
});

describe("a model's answer: what is wrong is said of", () => {
  test.each([
    ["nothing", " ", ["the answer is empty"]],
    ["prose", "I cannot do that.", ["the answer is not valid JSON"]],
    ["reasoning alone", "<think>Hm.</think>", ["the answer is not valid JSON"]],
    ["another object", 'Done: {"answer": 42}', ["/scenes: Expected required property", "/scenes: Expected array"]],
  ])("%s", (_name, text, problems) => {
    expect(countOf(text)).toEqual(problems);
  });
});

test("a model's answer: a text full of braces is read in a bounded number of passes", () => {
  const before = process.cpuUsage();
  expect(countOf('{"a'.repeat(700_000))).toEqual(["the answer is not valid JSON"]);
  expect(countOf(`{"${'\\"'.repeat(1_000_000)}\\`)).toEqual(["the answer is not valid JSON"]);
  expect(countOf("{".repeat(2_000_000))).toEqual(["the answer is not valid JSON"]);
  const { user } = process.cpuUsage(before);
  expect(user / 1e6).toBeLessThan(5);
});

test("a model's answer: reasoning is not quoted back to the model", () => {
  expect(withoutReasoning("<think>a</think>\nb")).toBe("\nb");
  expect(withoutReasoning("<think>a</think>")).toBe("<think>a</think>");
});
