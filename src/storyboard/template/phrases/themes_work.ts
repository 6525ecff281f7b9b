import type { Theme } from "./theme.ts";

/** Themes of work, money, machines and learning, and the one that fits everything. */
export const WORK_THEMES: readonly Theme[] = [
  {
    name: "finance",
    words:
      /bank|financ|invest|insur|saving|budget|credit|loan|mortgage|tax(?:es)?\b|payment|money|pension|crypto|invoice|accounting/,
    hooks: [
      "Where did it go?",
      "The 27th. You check the balance anyway.",
      "Money talks. Mostly in small print.",
      "Quick: what did last month cost you?",
    ],
    tensions: [
      "Three apps, two passwords, one spreadsheet, and still no straight answer.",
      "You work hard for it. Then it leaves in instalments.",
      "The form has forty fields, and every one of them sounds like a trap.",
    ],
    turns: ["Money should let you sleep.", "Imagine knowing, instead of hoping."],
    uses: [
      "Open it. See it. Decide.",
      "Two taps, and the knot in your stomach loosens.",
      "Everything in one place. You in charge of it.",
    ],
    moments: [
      "a kitchen table covered in envelopes at night",
      "a thumb hovering over a banking app",
      "a receipt that keeps unrolling",
    ],
    settings: ["a calm desk, one clear screen, morning light", "a couple laughing over a paid-off table of plans"],
  },
  {
    name: "software",
    words:
      /software|\bapps?\b|saas|platform|dashboard|\bai\b|automat|cloud|workflow|crm|analytics|productiv|project management|team|developer|\bapi\b|code|data|startup|b2b|email/,
    hooks: [
      "You have 214 unread messages.",
      "Another meeting about the meeting.",
      "17 tabs open. Which one is playing music?",
      "It's 6 p.m. What did you finish?",
    ],
    tensions: [
      "The answer is in a chat. Or a document. Or somebody's head, and she's on holiday.",
      "You copy it here, paste it there, fix it twice. That was your morning.",
      "Every new tool promised to save you time. Now you spend it on tools.",
    ],
    turns: ["Imagine the busywork simply not being there.", "The good part of the job is still in there somewhere."],
    uses: [
      "Open it. Ask it. Done.",
      "One screen, one glance, next thing.",
      "Set it up once, then get back to the work you like.",
    ],
    moments: [
      "a screen so full of windows that the wallpaper is gone",
      "a team staring at a spinning cursor",
      "sticky notes sliding off a monitor one by one",
    ],
    settings: ["an uncluttered desk, a single screen glowing", "a team standing up early, coats already on"],
  },
  {
    name: "gadget",
    words:
      /headphone|earbud|speaker|phone\b|laptop|camera|drone|smart ?(?:watch|home|ring|lock|light)|charger|battery|gaming|gamer|console|keyboard|wearable|device|gadget|wireless|robot/,
    hooks: ["4% battery.", "Of course it updates now.", "Remember when new things felt new?", "Wait for it."],
    tensions: [
      "One drawer, nine cables, and not one of them fits.",
      "You bought the upgrade. You got the same thing with a bigger number.",
      "It pairs. It drops. It pairs again. The song is over.",
    ],
    turns: ["Good technology gets out of the way.", "It should feel a little like magic. That was the deal."],
    uses: [
      "Pick it up. It's already on.",
      "One press, and the world goes where you want it.",
      "No manual. No menu. Just go.",
    ],
    moments: [
      "a tangle of cables dropped on a table",
      "a low-battery icon blinking red in the dark",
      "a progress bar stuck at ninety-nine per cent",
    ],
    settings: ["a single beam of light sliding over an edge", "hands and hardware against deep black"],
  },
  {
    name: "learning",
    words:
      /course|learn|educat|language|tutor|universit|student|exam|skill|\b(?:books|(?:a|the|this|e-?|audio|text|note)[ -]?book)\b|reading|training program|degree|academy/,
    hooks: [
      "Page one. Again.",
      "You said 'next year'. That was last year.",
      "Say something in Italian. Go on.",
      "What would you be good at by spring?",
    ],
    tensions: [
      "The book is on the shelf. The bookmark is on page eleven.",
      "You learned it for the exam and lost it by the weekend.",
      "You want to start. You just never seem to start on a Tuesday.",
    ],
    turns: ["You were never bad at it. It was badly explained.", "A little every day adds up to a different you."],
    uses: ["Ten minutes. One thing. Keep it.", "First you hesitate. Then you don't.", "Try. Miss. Try. There it is."],
    moments: [
      "a textbook used as a laptop stand",
      "a cursor blinking on an empty page",
      "lips moving silently over a flash card",
    ],
    settings: ["a train window, a lesson, a small proud smile", "a hand going up at the back of the room"],
  },
  {
    name: "sustainability",
    words: /sustainab|recycl|eco\b|eco-?friendly|planet|climate|plastic|carbon|renewable|zero waste|reusable|biodegrad/,
    hooks: ["Used once. Here forever.", "Where exactly is 'away'?", "You've got four bins. Now what?"],
    tensions: [
      "You sort it, rinse it, carry it out, and wonder whether it makes a difference.",
      "The right thing is always the one that costs more and works less. Or so they say.",
      "Everything says green on the front. Nobody reads the back.",
    ],
    turns: ["Better doesn't have to mean harder.", "Change starts with the thing you use every day."],
    uses: ["Use it. Use it again. And again.", "Same routine. Lighter footprint.", "One swap, every single day."],
    moments: [
      "a bin lid that will not close",
      "a plastic bag turning in grey surf",
      "an aisle of packaging, floor to ceiling",
    ],
    settings: ["a forest floor in green morning light", "a clear river over stones, seen from above"],
  },
  {
    name: "energy",
    words:
      /electric(?:ity)? bill|energy bill|solar (?:panel|roof|power|energy|system)|heat pump|\bpower\b|\belectricity\b|insulation|heating|utility bill/,
    hooks: [
      "Don't open it.",
      "Guess who's paying for the sunshine?",
      "Up again.",
      "It came in the post. It's not good news.",
    ],
    tensions: [
      "You turn off every light, and the bill climbs anyway.",
      "Every month the same envelope, and every month a bigger number.",
      "The sun is up there all day, and you're still paying for power.",
    ],
    turns: ["Imagine looking forward to the bill.", "Your home could be doing more of the work."],
    uses: [
      "Sun's up. So is your house.",
      "Kettle on. Car on. Shoulders down.",
      "You carry on as usual. That's the clever part.",
    ],
    moments: [
      "an unopened envelope on a kitchen table",
      "a meter wheel turning too fast",
      "a family in jumpers around one dim lamp",
    ],
    settings: ["morning sun sliding down a rooftop", "a bright kitchen, every light on, nobody flinching"],
  },
];

/** For whatever no theme recognises: true of wanting anything at all. */
export const ANY_THEME: Theme = {
  name: "any",
  words: /(?:)/,
  hooks: [
    "Stop here a second.",
    "You know that feeling?",
    "There's a better way to do this.",
    "Be honest: are you still putting up with it?",
  ],
  tensions: [
    "You've tried the cheap one, the clever one, and the one your friend swore by.",
    "You got used to the old way. That doesn't make it good.",
    "It takes too long, it costs too much, and it was never quite right.",
  ],
  turns: ["It doesn't have to be like that.", "You know what it should be like. So did we."],
  uses: ["Here's how it looks in real life.", "Pick it up. See what changes.", "No lecture. Just look."],
  moments: [
    "a pause, a sigh, a thing put back on the shelf",
    "somebody doing it the hard way, again",
    "a calendar page turning over, nothing crossed off",
  ],
  settings: ["a clean set, one light, nothing to hide behind", "an ordinary street on an unusually good day"],
};
