import type { Theme } from "./theme.ts";

/** Themes of what people eat, drink, wear and live in. */
export const DAILY_THEMES: readonly Theme[] = [
  {
    name: "coffee",
    words: /coffee|cold brew|espresso|barista|latte|cappuccino|\btea\b|matcha/,
    hooks: [
      "Before coffee.",
      "6:42. Do not talk to me yet.",
      "The first sip decides the day.",
      "You know the sound a good morning makes?",
    ],
    tensions: [
      "The café queue is out the door, and your first meeting starts in nine minutes.",
      "Yesterday's cup was bitter. The one before was lukewarm. You drank both.",
      "You've settled for 'it's hot, at least' more mornings than you'd admit.",
    ],
    turns: ["One good cup changes the next ten hours.", "Mornings can taste like you meant them."],
    uses: ["Grind. Pour. Breathe in.", "First the smell. Then the quiet.", "Two minutes that belong to nobody else."],
    moments: [
      "steam curling off a cup at a grey kitchen window",
      "a long café queue seen through rain-streaked glass",
      "a hand fumbling for the alarm in the half dark",
    ],
    settings: ["a sunlit kitchen counter, beans scattered on wood", "a desk by the window, first light on the cup"],
  },
  {
    name: "hydration",
    words:
      /water bottle|bottles? that|insulated bottle|(?:steel|glass|sports?|reusable|smart) bottle|hydrat|\bwater\b|drinks? cold|tumbler|flask|thermos/,
    hooks: [
      "Thirsty?",
      "It's 2 p.m. Is your water warm yet?",
      "Lunchtime. Your water has given up.",
      "When did you last drink something that wasn't coffee?",
    ],
    tensions: [
      "You fill it at eight. By noon it's warm, by three it's on the wrong desk, and you buy another plastic one.",
      "Another plastic bottle. Another lukewarm sip. Another good intention in the bin.",
      "You meant to drink more water. Then the day happened.",
    ],
    turns: ["Imagine it cold, and always within reach.", "Small habit. Whole different afternoon."],
    uses: ["Fill it once. Forget about it. Drink.", "Desk, trail, gym floor: it goes where you go.", "Twist, tip, ah."],
    moments: [
      "a crushed plastic bottle on a sunny dashboard",
      "a half-empty glass going warm beside a laptop",
      "a runner stopping short, hands on knees, looking for a tap",
    ],
    settings: ["beads of condensation in hard morning light", "a trail at golden hour, a bottle clipped to a pack"],
  },
  {
    name: "food",
    words:
      /food|snack|meal|pizza|burger|bakery|bread|chocolate|recipe|cook|kitchen|organic|vegan|protein|cereal|delivery|dinner|lunch|breakfast|sauce|cheese|ice cream/,
    hooks: ["Hungry?", "7 p.m. The fridge has no answers.", "What's for dinner? No, really.", "Listen to that crunch."],
    tensions: [
      "Open the fridge. Close the fridge. Open it again. Nothing has changed.",
      "Everyone wants something different, and everyone wants it now.",
      "You wanted something good. You got something beige.",
    ],
    turns: ["Good food shouldn't need a plan.", "Picture the table going quiet, for the right reason."],
    uses: ["Tear it. Pour it. Pass it round.", "One bite in, and nobody's talking.", "From bag to plate to gone."],
    moments: [
      "a face lit by an open, nearly empty fridge",
      "a sad sandwich in crumpled cling film",
      "three forks hovering over one last piece",
    ],
    settings: ["a crowded table from above, hands reaching in", "steam and colour in warm side light"],
  },
  {
    name: "beauty",
    words:
      /skin ?care|skin\b|beauty|serum|cream|cosmetic|make-?up|lipstick|shampoo|hair\b|fragrance|perfume|lotion|moistur|spf|sunscreen/,
    hooks: [
      "Hello, mirror.",
      "Eleven steps. Still dull?",
      "Some mornings the mirror gets a vote.",
      "What if your shelf were shorter?",
    ],
    tensions: [
      "Seven bottles on the shelf. Four you can't pronounce. None you'd miss.",
      "It worked in the ad. It did not work at 7 a.m. in your bathroom light.",
      "You've covered it, filtered it and promised to sleep more.",
    ],
    turns: ["Good days start close to the skin.", "Less to put on. More to look forward to."],
    uses: [
      "A little on the fingertips. That's it.",
      "Morning, night, and everything you do between.",
      "Press in. Let it settle. Look up.",
    ],
    moments: [
      "a crowded bathroom shelf in unkind light",
      "someone leaning in to the mirror, tugging at a cheek",
      "a phone camera flipped, then quickly flipped back",
    ],
    settings: ["bare skin in soft window light, very close", "a single bottle on wet stone"],
  },
  {
    name: "fashion",
    words:
      /fashion|clothing|clothes|dress|jacket|jeans|shirt|outfit|wardrobe|handbag|\bbag\b|watch\b|jewel|eyewear|sunglasses|linen|wool|denim/,
    hooks: [
      "A full wardrobe. Nothing to wear.",
      "You know the piece. You always reach for it.",
      "Dressed, or just wearing something?",
    ],
    tensions: [
      "Bought in a hurry. Worn once. Living at the back of the wardrobe ever since.",
      "It looked different on the screen. It always does.",
      "Three outfits on the bed, ten minutes late, and you're back in the old one.",
    ],
    turns: ["Some things you put on and stand up straighter.", "Fewer pieces. More you."],
    uses: [
      "Monday to Saturday, and you still want it on Sunday.",
      "Put it on. Walk out. Let them ask.",
      "Feel the weight. See how it falls.",
    ],
    moments: [
      "clothes piled on an unmade bed",
      "a shop mirror, a doubtful half-turn",
      "a suitcase that will not close",
    ],
    settings: ["a street at golden hour, fabric catching the wind", "texture close enough to count the threads"],
  },
  {
    name: "home",
    words:
      /home\b|furniture|sofa|mattress|lamp|vacuum|clean(?:er|ing)|laundry|garden|interior|candle|plants?\b|bedding|pillow|decor|house/,
    hooks: [
      "Home again.",
      "That corner. You know the one.",
      "Saturday, and you're scrubbing.",
      "How does your home feel at 6 p.m.?",
    ],
    tensions: [
      "You tidied on Sunday. It's Tuesday. Look at it.",
      "The chore list is long, and it starts again the minute you finish.",
      "You keep meaning to sort that room out. So did last year's you.",
    ],
    turns: ["Home should give you something back.", "Imagine walking in and just exhaling."],
    uses: [
      "Set it down. Step back. Better.",
      "It quietly gets on with it, so you can sit down.",
      "One change, and the whole room follows.",
    ],
    moments: [
      "a hallway drowned in shoes and bags",
      "a lamp that flickers over a cluttered table",
      "dust turning slowly in afternoon light",
    ],
    settings: ["a calm room in late sun, curtains moving", "bare feet on a warm wooden floor"],
  },
];
