// A separate file, because the content security policy of the page forbids inline scripts.

// On this page changes are dry runs by default. This is not part of the description, because other clients have no such
// default.
const dryRunFirst = {
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (description) => {
          const dryRun = description.components?.parameters?.dryRun;
          if (dryRun) {
            dryRun.example = true;
            dryRun.description += "\n\n**On this page the default is `true`.** Select `false` to make the change.";
          }
          return update(description);
        }
      }
    }
  }
};

// Shows successes only, until the user opens the problems. An operation can have a dozen of them, each with an example.
const problemsOnDemand = ({React}) => ({
  wrapComponents: {
    responses: (Responses) => function ResponsesWithoutProblems(props) {
      const [isOpen, setOpen] = React.useState(false);
      const problems = props.responses.filter((response, status) => status >= "400");
      const shown = isOpen ? props.responses : props.responses.filter((response, status) => status < "400");
      return React.createElement(React.Fragment, null,
        React.createElement(Responses, {...props, responses: shown}),
        problems.size > 0 && React.createElement("div", {className: "problems"},
          React.createElement("button",
            {className: "btn", type: "button", "aria-expanded": isOpen, onClick: () => setOpen(!isOpen)},
            (isOpen ? "Hide" : "Show") + " problem responses"),
          React.createElement("span", null, problems.keySeq().sort().join(", ")),
          React.createElement("a", {href: "problems"}, "What each problem means")));
    }
  }
});

// Swagger UI would show NDJSON as invalid JSON. This shows the lines as an array.
const readableLines = ({React}) => ({
  wrapComponents: {
    responseBody: (ResponseBody) => function ResponseBodyOfLines(props) {
      const isLines = /ndjson/i.test(props.contentType ?? "") && typeof props.content === "string";
      const content = isLines ? "[" + props.content.trim().split("\n").join(",") + "]" : props.content;
      return React.createElement(ResponseBody, {...props, content});
    }
  }
});

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  plugins: [dryRunFirst, problemsOnDemand, readableLines],
  // Do not send the description to an external validator.
  validatorUrl: null
});
