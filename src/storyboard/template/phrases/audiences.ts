/** What a kind of people will recognise as their own day. */
export interface AudienceVoice {
  readonly name: string;
  readonly words: RegExp;
  /** Themes beside which these lines make sense; where no theme was recognised they always do. */
  readonly fits: readonly string[];
  readonly hooks: readonly string[];
  readonly tensions: readonly string[];
  /** Who is in the picture. */
  readonly person: string;
}

/** Looked through in order; the first whose words are in the audience speaks. */
export const AUDIENCES: readonly AudienceVoice[] = [
  {
    name: "parents",
    fits: ["food", "home", "family", "sleep", "finance", "coffee"],
    words: /(?<!dog |cat |pet |plant )parent|\bmums?\b|\bmoms?\b|mother|\bdads?\b|father|famil/,
    hooks: ["School run. Work call. Dinner. Repeat.", "Your coffee is cold. Again."],
    tensions: [
      "Everyone in the house needs something, and they all need it from you.",
      "You run a small, loud, sticky company. Unpaid.",
    ],
    person: "a parent with one arm full",
  },
  {
    name: "professionals",
    fits: ["coffee", "software", "finance", "mobility", "sleep", "food", "gadget", "learning"],
    words:
      /professional|office|manager|executive|commuter|employee|corporate|remote worker|knowledge worker|consultant|lawyer/,
    hooks: ["8:59. You're on in one minute.", "Back-to-back till five."],
    tensions: [
      "Your calendar is full of other people's priorities.",
      "Lunch was a bite between two calls, and you were on mute for it.",
    ],
    person: "someone in work clothes, already late",
  },
  {
    name: "founders",
    fits: ["software", "finance", "learning"],
    words: /founder|entrepreneur|startup|small business|business owner|freelanc|shop owner|self-employed|creator/,
    hooks: ["CEO. Also support. Also the printer guy.", "You started this for a reason."],
    tensions: [
      "You wear eleven hats, and three of them are on fire.",
      "The work you love gets the last twenty minutes of the day.",
    ],
    person: "an owner alone in a lit shop after closing",
  },
  {
    name: "students",
    fits: ["learning", "gadget", "food", "finance", "software", "home", "coffee", "sleep"],
    words: /student|college|universit|campus|gen ?z|teen|young adult/,
    hooks: ["Due at midnight. It's 11:14.", "Rent, ramen, repeat."],
    tensions: ["Big plans, small room, smaller budget.", "You've got a group project, and you are the group."],
    person: "someone in their early twenties with headphones round the neck",
  },
  {
    name: "athletes",
    fits: ["fitness", "hydration", "food", "gadget"],
    words: /athlet|runner|fitness|gym|cyclist|climber|hiker|yogi|sporty|active/,
    hooks: ["Same hill. Different day.", "You don't stop at tired."],
    tensions: [
      "You train through rain, traffic and other people's opinions.",
      "You've put in the work. Everything around it should keep up.",
    ],
    person: "someone in training clothes, catching their breath",
  },
  {
    name: "seniors",
    fits: ["gadget", "home", "finance", "mobility", "travel", "learning"],
    words: /senior|retire|over ?(?:50|55|60|65)|elder|grandparent|pensioner/,
    hooks: ["You've earned an easier way.", "Experience has its advantages."],
    tensions: [
      "Everything got smaller, faster and harder to read. Funny, that.",
      "You don't need more features. You need the thing to work.",
    ],
    person: "someone silver-haired, wry and in no hurry",
  },
  {
    name: "travellers",
    fits: ["travel", "coffee", "gadget", "fashion"],
    words: /travel+er|backpacker|tourist|nomad|explorer|adventur/,
    hooks: ["Window seat. Always.", "The best plan is half a plan."],
    tensions: ["Every gram counts when you carry it up four flights.", "You left to see the world, not another queue."],
    person: "a traveller squinting at a wall map",
  },
  {
    name: "gamers",
    fits: ["gadget", "software"],
    words: /gamer|gaming|esport|streamer/,
    hooks: ["One more round.", "Lag. At match point."],
    tensions: [
      "You know the map by heart. It's the gear that lets you down.",
      "It's never your aim. Okay, sometimes it's your aim.",
    ],
    person: "a player leaning in, face lit by the screen",
  },
  {
    name: "makers",
    fits: ["software", "gadget", "home", "learning"],
    words: /developer|engineer|designer|programmer|maker|\bdiy\b|photograph|artist|craft/,
    hooks: ["It works on your machine.", "You see the flaw. Nobody else does."],
    tensions: [
      "You could build it yourself. You have a list of things you could build yourself.",
      "The last ten per cent takes the other ninety.",
    ],
    person: "someone at a workbench, sleeves up",
  },
];
