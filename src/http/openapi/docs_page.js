/* The page of the documentation, in the browser: shows the document, in the colours that its reader likes. */
const dark = matchMedia("(prefers-color-scheme: dark)");
const followColours = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followColours);
followColours();

const page = document.querySelector("#docs");
SwaggerUIBundle({
  domNode: page,
  url: page.dataset.document,
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  defaultModelsExpandDepth: -1,
  // The one would send the document to a foreign service, the other leave a key behind in the browser.
  validatorUrl: null,
  persistAuthorization: false,
  plugins: [{ statePlugins: { spec: { wrapActions: { updateJsonSpec: (show) => (api) => show(leaveBlank(api)) } } } }],
});

/**
 * Says the example of what is optional instead of filling it in: a request that is tried out would else repeat an
 * Idempotency-Key, ask for a range, and filter a list by things that are not there.
 */
function leaveBlank(api) {
  const operations = Object.values(api.paths).flatMap((path) => Object.values(path));
  const parameters = [
    ...operations.flatMap((operation) => operation.parameters ?? []),
    ...Object.values(api.components.parameters),
  ];
  for (const parameter of parameters) {
    if (parameter.required || parameter.example === undefined) continue;
    parameter.description = `${parameter.description ?? ""}\n\nExample: \`${parameter.example}\``;
    delete parameter.example;
  }
  return api;
}
