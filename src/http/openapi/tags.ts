/** What each group of endpoints is about, in the order of the table of contents. */
const TAGS = {
  Assets: "Images, videos, sound and documents: imported or uploaded, checked, stored and served.",
  Jobs: "From a brief and assets to an approved storyboard and its video.",
  Scenes: "The scenes of a job's storyboard.",
  Events: "What happened, as it happens.",
  Clients: "Whom ads are made for.",
  Campaigns: "What a client wants to achieve.",
  Access: "Who may do what.",
  Operations: "For operators: at the root, without the envelope.",
  Documentation: "This document, and the page that shows it.",
} as const;

/** The Tag Objects of the tags that are used. */
export function describeTags(used: ReadonlySet<string>): { name: string; description: string }[] {
  return Object.entries(TAGS)
    .filter(([name]) => used.has(name))
    .map(([name, description]) => ({ name, description }));
}
