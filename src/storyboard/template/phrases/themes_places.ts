import type { Theme } from "./theme.ts";

/** Themes of places to go to, people to help, and days to look forward to. */
export const PLACE_THEMES: readonly Theme[] = [
  {
    name: "dining",
    words:
      /restaurant|tapas|bistro|trattoria|brunch|\bbar\b|pizzeria|tasting|reserve a table|book a table|chef|\bmenu\b|wine/,
    hooks: [
      "What's for dinner? No, really.",
      "Smell that?",
      "Table for two?",
      "You cooked yesterday. And the day before.",
    ],
    tensions: [
      "Another evening, another box, another fork made of plastic.",
      "You've got one free evening. Don't spend it scrolling through menus.",
      "You talk for weeks about going out. Then it's Thursday, and you're eating over the sink.",
    ],
    turns: ["Some evenings should be longer than the meal.", "Picture the good table, the one by the window."],
    uses: [
      "Sit down. Pour. Tell them everything.",
      "One plate for you, one for the middle.",
      "First the bread goes quiet. Then the table does.",
    ],
    moments: [
      "a takeaway box eaten over a sink",
      "two people choosing from a phone, both bored",
      "a calendar with one evening left free",
    ],
    settings: ["candlelight on glasses, a full room murmuring", "a pan in flame, a plate landing on linen"],
  },
  {
    name: "cause",
    words:
      /donat|charit|foundation|non-?profit|\bngo\b|volunteer|fundrais|petition|refugee|endangered|\bsave the\b|awareness|shelter/,
    hooks: [
      "Look away. Or don't.",
      "This could be the last one.",
      "It won't make the news tonight.",
      "You can't fix everything.",
    ],
    tensions: [
      "It happens quietly, a little more every year, and most of us have got used to it.",
      "Everyone agrees that somebody should do something. Somebody is busy.",
      "It is easy to feel too small for this.",
    ],
    turns: ["Small is how every large thing began.", "Nobody has to do everything. You can do this."],
    uses: [
      "One person. Then one more. Then a crowd.",
      "It takes a minute. It stays for years.",
      "Hands first. Speeches later.",
    ],
    moments: [
      "an empty field where something used to be",
      "people walking past, eyes on their phones",
      "a single light left on in a closed building",
    ],
    settings: ["many hands lifting one thing", "a small green shoot in wide morning light"],
  },
  {
    name: "event",
    words:
      /marathon|festival|concert|conference|\bevent\b|tickets?\b|exhibition|museum|theat(?:er|re)|\bshow\b|\brace\b|workshop|webinar|meetup|summit|premiere/,
    hooks: [
      "You had to be there.",
      "Clear your calendar.",
      "One day. That's all it is.",
      "What are you doing that weekend?",
    ],
    tensions: [
      "You've seen it in other people's pictures. Nice pictures. Not yours.",
      "The months go by, and nothing in them has a date you're looking forward to.",
      "You always hear about it the Monday after.",
    ],
    turns: ["Some days you tell people about for years.", "Then the crowd goes quiet, and it begins."],
    uses: [
      "Find your place. Look around. You're in it.",
      "First the nerves. Then the noise.",
      "It's louder, brighter and closer than any screen.",
    ],
    moments: [
      "a sofa, a phone, somebody else's live stream",
      "a calendar page with nothing on it",
      "confetti being swept up from an empty square",
    ],
    settings: ["a crowd from the inside, arms up, dusk light", "a start line, a held breath, a thousand people"],
  },
  {
    name: "health",
    words:
      /health ?care|clinic|dentist|dental|doctor|physio|therap|hospital|medical|patient|pharmac|vitamin|supplement|hearing aid|glasses|optic/,
    hooks: [
      "You'll get it looked at. Soon.",
      "It's probably nothing.",
      "Still putting it off?",
      "How long has it been, really?",
    ],
    tensions: [
      "You'd send a friend the same day. For yourself, you wait.",
      "Forms, queues, and music on hold. No wonder you keep putting it off.",
      "You've learned to work around it. You shouldn't have to.",
    ],
    turns: ["Feeling looked after shouldn't be rare.", "Imagine having it behind you."],
    uses: [
      "Sit down. Be heard. Know what's next.",
      "Clear words. Kind hands. A plan.",
      "First a question. Then a proper answer.",
    ],
    moments: [
      "a hand pressed briefly to a shoulder, then hidden",
      "a waiting room clock",
      "a reminder on a phone, snoozed again",
    ],
    settings: ["daylight in a calm room, two people talking", "somebody taking the stairs two at a time"],
  },
  {
    name: "property",
    words:
      /real estate|property|apartment|\bflat\b|\brent\b|realtor|\bcondo\b|co-?working|office space|housing|move in|renovat|construction|architect/,
    hooks: [
      "The box that never got unpacked.",
      "Nice view. Of a wall.",
      "You know the creak in the stairs?",
      "Where do you want to wake up?",
    ],
    tensions: [
      "Forty listings, eleven viewings, and every one looked bigger in the pictures.",
      "You've outgrown it. You both know it. You keep buying smaller shelves.",
      "The good ones are gone by lunch.",
    ],
    turns: ["Then you walk in, and you stop talking.", "A place can change what a day feels like."],
    uses: [
      "Open the door. Stand still. Listen.",
      "That's where the table goes. And that's where you do.",
      "Morning side for coffee. Evening side for everything else.",
    ],
    moments: [
      "a key turned in a stiff lock",
      "boxes stacked to a low ceiling",
      "a couple measuring a sofa against a wall, and losing",
    ],
    settings: ["an empty room filling with sun", "a balcony door swinging open on the city"],
  },
];
