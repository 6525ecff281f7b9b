import type { Theme } from "./theme.ts";

/** Themes in which a joke or a breezy line would hurt: hard days, and what people are afraid to lose. */
export const TRUST_THEMES: readonly Theme[] = [
  {
    name: "care",
    words:
      /hospice|palliative|bereave|\bgrief|griev|funeral|counsell?ing|mental health|loneliness|dementia|\bcarers?\b|caregiver|nursing home|elder(?:ly)? care|crisis line|helpline/,
    hooks: [
      "Some days you just need somebody there.",
      "Nobody teaches you how to do this.",
      "You say you're fine.",
      "The chair by the bed. It should be taken.",
    ],
    tensions: [
      "The house is quiet now, and the days are long.",
      "Everyone asks how they can help. You don't know what to say.",
      "You have been strong for everybody. It is a lot to carry alone.",
    ],
    turns: ["It is lighter when somebody carries it with you.", "There is still time for a hand to hold."],
    uses: [
      "A cup of tea. A chair pulled closer. Time.",
      "Somebody listens. Nobody hurries.",
      "A hand, a name, an hour without a clock.",
    ],
    moments: [
      "an empty chair beside a window",
      "a coat still hanging in the hall",
      "a phone held in both hands, the call not made",
    ],
    settings: [
      "two hands on a blanket in afternoon light",
      "a garden seen through an open door, somebody reading aloud",
    ],
  },
  {
    name: "security",
    words:
      /password|cyber|antivirus|encrypt|\bvpn\b|phishing|ransomware|\bbreach|two-factor|identity theft|\bfraud|hacker|firewall|malware/,
    hooks: [
      "It looked like an invoice.",
      "Who else knows your password?",
      "One click. That is all they need.",
      "Is it still the dog's name?",
    ],
    tensions: [
      "The same password in eleven places, one of them a sticky note.",
      "Somebody will click the link. Somebody always does.",
      "You find out on a Monday, from a customer.",
    ],
    turns: ["The safe way should be the easy way.", "Imagine not having to hope."],
    uses: ["Sign in. Get on with it. Lock up.", "Click with a steady hand.", "The door shuts behind you. Good sound."],
    moments: [
      "a sticky note curling off a monitor, a password on it",
      "a cursor hovering over the wrong link",
      "a warning light turning red in an empty office",
    ],
    settings: ["a calm office at dusk, screens going dark one by one", "a single green light in a quiet room"],
  },
];
