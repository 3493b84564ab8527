// A file of its own, because the page may not run scripts that stand in it.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  displayRequestDuration: true,
  // Nobody else is asked whether the description is valid.
  validatorUrl: null
});
