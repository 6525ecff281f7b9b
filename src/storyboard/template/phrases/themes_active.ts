import type { Theme } from "./theme.ts";

/** Themes of what people do: move, travel, raise, sleep. */
export const ACTIVE_THEMES: readonly Theme[] = [
  {
    name: "fitness",
    words: /fitness|workout|\bgym\b|running|runner|shoe|sneaker|yoga|training|athlet|sport|marathon|cycling|muscle/,
    hooks: [
      "One more.",
      "5:50 a.m. Nobody is watching.",
      "Your excuses are up early too.",
      "The hardest rep is the front door.",
    ],
    tensions: [
      "It's dark. It's raining. The bed makes a very good argument.",
      "Week one, all fire. Week three, a very expensive coat hook.",
      "You're not lazy. You're tired of gear and plans that quit before you do.",
    ],
    turns: ["Then you go anyway, and everything changes.", "Tomorrow's you is already grateful."],
    uses: [
      "Lace up. Step out. The rest is rhythm.",
      "Kilometre one is for the head. The rest are yours.",
      "Sweat, breathe, repeat.",
    ],
    moments: [
      "rain on an empty street before dawn",
      "a gym bag by the door, untouched",
      "hands on knees, breath fogging in the cold",
    ],
    settings: ["a runner breaking into light at the end of a tunnel", "chalk dust hanging in a shaft of sun"],
  },
  {
    name: "travel",
    words:
      /travel|trip\b|hotel|flight|airline|luggage|suitcase|backpack|holiday|vacation|resort|tour\b|booking|city break|weekend away|getaway|\bcruises?\b(?! control)/,
    hooks: [
      "Gate closes in four minutes.",
      "When did you last get properly lost?",
      "Forty-one tabs open. Zero trips booked.",
      "Somewhere, it's already morning.",
    ],
    tensions: [
      "The queue, the fees, the wheel that broke on the first cobblestone.",
      "You've been saving places for years. The list gets longer. The map stays folded.",
      "Half the holiday goes on planning the holiday.",
    ],
    turns: ["Then the door opens, and it smells of somewhere else.", "Getting away should feel like getting away."],
    uses: [
      "Pack. Close. Go.",
      "Platform, pier, mountain path: keep moving.",
      "Left at the fountain. Or right. Who's counting?",
    ],
    moments: [
      "a departure board flipping to delayed",
      "a suitcase being sat on by two people",
      "a grey commute, a face reflected over a beach poster",
    ],
    settings: ["a coast road from above at first light", "a window seat, sun along the wing"],
  },
  {
    name: "outdoors",
    words:
      /camp(?:er|ers|ing|fire|site)?\b|hik(?:e|er|ers|ing)|outdoor|\btents?\b|lantern|headlamp|trail\b|bushcraft|trekking/,
    hooks: [
      "The sun goes. You stay.",
      "No signal. Finally.",
      "Dark falls fast out here.",
      "Every gram has to earn its place.",
    ],
    tensions: [
      "The zip you can't find, the peg you can't see, and it's only nine.",
      "You packed light. Then the night turned out to be long.",
      "The pack gets heavier every year. The weekend doesn't get longer.",
    ],
    turns: ["Then the camp settles, and nobody wants to go to bed.", "The best part starts after sunset."],
    uses: ["Pitch. Pour. Look up.", "One more story before the fire burns down.", "Tent up, boots off, kettle on."],
    moments: [
      "a hand feeling for a tent zip in the dark",
      "a torch flickering out over a half-pitched tent",
      "the last light sliding off a ridge",
    ],
    settings: ["a lit tent under a sky full of stars", "faces in warm light, mountains behind them"],
  },
  {
    name: "family",
    words: /\bkids?\b|child|baby|toddler|parent|family|\bmums?\b|\bmoms?\b|\bdads?\b|nursery|diaper|\btoys?\b|school/,
    hooks: [
      "It's gone very quiet in there.",
      "Shoes on. Shoes on. Shoes. On.",
      "Five more minutes, they said.",
      "Somebody's awake.",
    ],
    tensions: [
      "One shoe missing, breakfast on the ceiling, and it's only ten past seven.",
      "You've read every label twice, and you're still not sure.",
      "You wanted ten calm minutes together. You got a negotiation.",
    ],
    turns: ["Some things should just be easy. This is one.", "The small moments turn out to be the big ones."],
    uses: [
      "Little hands, big grin, no drama.",
      "They're busy. You're drinking something hot. Remember that?",
      "Out of the box, into the game.",
    ],
    moments: [
      "a kitchen mid-storm: cereal, crayons, one sock",
      "a parent frozen in a doorway, listening",
      "a car seat, a lost toy, a wobbling lip",
    ],
    settings: [
      "a living-room den made of blankets, torchlight inside",
      "a garden, a sprinkler, somebody shrieking with joy",
    ],
  },
  {
    name: "pets",
    words: /\bpets?\b|\bdogs?\b|\bcats?\b|puppy|kitten|\bvet\b|leash|kibble/,
    hooks: ["Who's a good boy?", "They can't tell you. They can stare.", "Guess who's been waiting since four?"],
    tensions: [
      "You check the label. They check the bowl. One of you walks away.",
      "They'd eat a sock without blinking, yet turn up their nose at dinner.",
      "You do everything for them. You're never sure it's enough.",
    ],
    turns: [
      "They give you everything. This is a way to give some back.",
      "A wagging tail is the only review that counts.",
    ],
    uses: [
      "Paws first. Questions later.",
      "Watch the ears. The ears never lie.",
      "Ready? They've been ready for hours.",
    ],
    moments: [
      "two enormous eyes over the edge of a table",
      "a full bowl, sniffed and ignored",
      "a nose pressed flat against a window",
    ],
    settings: ["a dog at full gallop along wet sand", "a cat asleep in the only patch of sun"],
  },
  {
    name: "sleep",
    words: /sleep|insomnia|mattress|bedtime|relax|meditat|mindful|calm|stress|anxiety|wellness|massage|spa\b/,
    hooks: [
      "3:07 a.m. Hello again.",
      "Shoulders. Down. There.",
      "When was it last this quiet?",
      "Breathe out. No, all the way.",
    ],
    tensions: [
      "The lights are off. The day is still on.",
      "You're tired all day, and wide awake the moment it counts.",
      "One more scroll, one more list, one more look at the clock.",
    ],
    turns: ["Rest isn't a reward. It's where tomorrow starts.", "Let the noise go home without you."],
    uses: [
      "Lie back. Let go. That's all there is to it.",
      "A slower breath. Then another.",
      "Put the day down gently.",
    ],
    moments: [
      "a ceiling in the blue light of a phone",
      "a clock, 3:07, and the sound of a fridge",
      "a jaw tightening over a glowing inbox",
    ],
    settings: ["white linen moving in slow morning air", "still water, one ring spreading"],
  },
  {
    name: "mobility",
    words:
      /\bcars?\b|vehicle|\bev\b|e-?bike|\bbikes?\b|bicycle|scooter|electric (?:car|bike|vehicle)|driv(?:e|ing)|commut|charging|motorcycle|\bsuv\b/,
    hooks: [
      "Red light. Again.",
      "You've memorised that bumper sticker.",
      "Remember when the road was fun?",
      "How long is your short commute?",
    ],
    tensions: [
      "Twenty minutes to go two kilometres, and still nowhere to park.",
      "The train is late, the bus is full, and the day is already behind.",
      "Another year of sitting still and calling it travel.",
    ],
    turns: ["The way there should be part of the day.", "Picture every light turning green."],
    uses: [
      "Press. Glide. Arrive.",
      "Corner, straight, skyline: there's the grin.",
      "Door to door, and you actually noticed the trees.",
    ],
    moments: [
      "brake lights to the horizon in the rain",
      "a finger tapping a steering wheel",
      "a platform sign changing its mind",
    ],
    settings: ["an empty bridge at sunrise, city waking behind", "a ribbon of road, the camera low and fast"],
  },
];
