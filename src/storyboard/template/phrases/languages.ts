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
      /\b(?:le|la|les|de|un|des|et|pour|avec|une|est|dans|votre|vos|sur|qui|que|au|aux|du|plus|sans|nous|vous|notre|chez|maintenant|découvrez|achetez|être|cette)\b/giu,
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
      /\b(?:el|la|los|las|y|de|un|se|para|con|una|es|en|tu|tus|su|que|del|por|más|sin|nuestro|nuestra|como|ahora|descubre|compra|todo|cada|al)\b/giu,
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
  {
    code: "pt",
    words:
      /\b(?:o|os|as|e|de|não|para|com|uma|um|seu|sua|você|do|da|dos|das|que|em|mais|sem|agora|nosso|nossa|tudo|é|por)\b/giu,
    hooks: ["Já passou por isso?", "Espere um segundo.", "Outra vez.", "Vamos ser sinceros."],
    tensions: [
      "A gente se acostuma com tudo, até com o que podia ser bem melhor.",
      "Você já tentou de tudo, e nada resolveu de verdade.",
      "Perde-se tempo, perde-se paciência, e no fim não era bem isso.",
    ],
    turns: ["Dá para ser de outro jeito.", "Pode ser muito mais simples.", "Imagine tudo no lugar certo."],
    uses: ["É assim no dia a dia.", "Basta experimentar.", "Na vida real."],
    reveals: ["Eis {product}.", "A resposta: {product}.", "Chegou {product}."],
    proofs: ["Olhe de perto.", "Veja com os próprios olhos.", "Dá para ver a diferença."],
    leads: ["Vamos começar?", "Agora é com você.", "Chegou a hora."],
  },
  {
    code: "it",
    words:
      /\b(?:il|lo|gli|di|che|per|non|con|una|un|più|tuo|tua|tuoi|della|del|dei|e|è|in|ora|subito|senza|nostro|nostra|tutto|ogni|alla)\b/giu,
    hooks: ["Ti suona familiare?", "Aspetta un attimo.", "Di nuovo.", "Diciamolo."],
    tensions: [
      "Ci si abitua a tutto, anche a quello che potrebbe andare molto meglio.",
      "Le hai provate tutte, e nessuna ti ha convinto davvero.",
      "Perdi tempo, perdi la pazienza, e alla fine non era quello giusto.",
    ],
    turns: ["Si può fare in un altro modo.", "Può essere molto più semplice.", "Immagina che tutto vada al suo posto."],
    uses: ["Ecco com'è tutti i giorni.", "Basta provare.", "Nella vita vera."],
    reveals: ["Ecco {product}.", "La risposta: {product}.", "Arriva {product}."],
    proofs: ["Guarda da vicino.", "Giudica con i tuoi occhi.", "La differenza si vede."],
    leads: ["Cominciamo?", "Ora tocca a te.", "È il momento."],
  },
  {
    code: "nl",
    words:
      /\b(?:het|een|de|voor|niet|met|jouw|je|jij|van|en|zonder|meer|nu|onze|ons|alles|zijn|op|naar|bij|elke|ontdek|koop)\b/giu,
    hooks: ["Herkenbaar?", "Wacht even.", "Alweer.", "Eerlijk is eerlijk."],
    tensions: [
      "Je went aan veel. Ook aan dingen die allang beter kunnen.",
      "Je hebt al van alles geprobeerd. Niets was het helemaal.",
      "Het kost tijd, het kost geduld, en uiteindelijk past het net niet.",
    ],
    turns: ["Het kan ook anders.", "Het mag best eenvoudiger.", "Stel je voor dat het gewoon klopt."],
    uses: ["Zo ziet het er elke dag uit.", "Gewoon proberen.", "Midden in het leven."],
    reveals: ["Dit is {product}.", "Hier komt {product}.", "Het antwoord: {product}."],
    proofs: ["Kijk maar eens goed.", "Oordeel zelf.", "Het verschil zie je meteen."],
    leads: ["Klaar?", "Waar wacht je nog op?", "Nu jij."],
  },
];
