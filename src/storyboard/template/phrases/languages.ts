/** The few lines that frame a brief's own words in its own language. */
export interface LanguageVoice {
  readonly code: string;
  /** Common small words by which the language is told. */
  readonly words: RegExp;
  readonly hooks: readonly string[];
  readonly tensions: readonly string[];
  readonly turns: readonly string[];
  readonly uses: readonly string[];
  readonly reveals: readonly string[];
  readonly proofs: readonly string[];
  readonly leads: readonly string[];
}

/** Told by their small words; English is written from the themes instead. */
export const LANGUAGES: readonly LanguageVoice[] = [
  {
    code: "de",
    words:
      /\b(?:der|die|das|und|für|mit|nicht|ist|ein|eine|einen|dein|deine|ihre|jetzt|auf|sie|zum|zur|ohne|mehr|wir|von|im|wie|dich|endlich|kaufen|entdecken)\b/giu,
    hooks: ["Kennst du das?", "Moment mal.", "Schon wieder.", "Mal ehrlich."],
    tensions: [
      "Man gewöhnt sich an vieles. Auch an Dinge, die längst besser gehen.",
      "Du hast schon einiges probiert. So richtig überzeugt hat dich nichts.",
      "Es kostet Zeit, es kostet Nerven, und am Ende passt es doch nicht ganz.",
    ],
    turns: ["Das geht auch anders.", "Es darf ruhig einfacher sein.", "Stell dir vor, es passt einfach."],
    uses: ["So sieht das im Alltag aus.", "Einfach ausprobieren.", "Mitten im Leben."],
    reveals: ["Das ist {product}.", "Hier kommt {product}.", "Die Antwort: {product}."],
    proofs: ["Schau genau hin.", "Überzeug dich selbst.", "Man sieht den Unterschied."],
    leads: ["Bereit?", "Worauf wartest du?", "Jetzt bist du dran."],
  },
  {
    code: "fr",
    words:
      /\b(?:le|la|les|des|et|pour|avec|une|est|dans|votre|vos|sur|qui|que|au|aux|du|plus|sans|nous|vous|notre|chez|maintenant|découvrez|achetez|être|cette)\b/giu,
    hooks: ["Ça vous dit quelque chose ?", "Attendez une seconde.", "Encore une fois.", "Soyons honnêtes."],
    tensions: [
      "On s'habitue à tout. Même à ce qui pourrait être bien mieux.",
      "Vous avez déjà tout essayé. Rien ne vous a vraiment convaincu.",
      "Du temps perdu, de l'énergie perdue, et un résultat moyen.",
    ],
    turns: ["Et si c'était plus simple ?", "Il existe une autre façon de faire.", "Imaginez que tout s'accorde enfin."],
    uses: ["Voilà ce que ça donne au quotidien.", "Il suffit d'essayer.", "Dans la vraie vie."],
    reveals: ["Voici {product}.", "La réponse : {product}.", "Place à {product}."],
    proofs: ["Regardez de plus près.", "Jugez par vous-même.", "La différence se voit."],
    leads: ["Prêt ?", "À vous de jouer.", "C'est le moment."],
  },
  {
    code: "es",
    words:
      /\b(?:el|la|los|las|y|para|con|una|es|en|tu|tus|su|que|del|por|más|sin|nuestro|nuestra|como|ahora|descubre|compra|todo|cada|al)\b/giu,
    hooks: ["¿Te suena?", "Espera un segundo.", "Otra vez lo mismo.", "Seamos sinceros."],
    tensions: [
      "Nos acostumbramos a todo, incluso a lo que podría ser mucho mejor.",
      "Ya lo has probado todo, y nada te ha convencido del todo.",
      "Pierdes tiempo, pierdes paciencia, y al final no era lo que buscabas.",
    ],
    turns: ["Hay otra forma de hacerlo.", "Puede ser mucho más sencillo.", "Imagina que todo encaja."],
    uses: ["Así se ve en el día a día.", "Solo tienes que probarlo.", "En la vida real."],
    reveals: ["Esto es {product}.", "La respuesta: {product}.", "Aquí llega {product}."],
    proofs: ["Míralo de cerca.", "Compruébalo tú.", "La diferencia se nota."],
    leads: ["¿Empezamos?", "Ahora te toca a ti.", "Es tu momento."],
  },
];
