// A file of its own, because the page may not run scripts that stand in it.

// Calls begin as dry runs on this page. Elsewhere they do not, so that the description itself says nothing of it.
const dryRunFirst = {
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (description) => {
          const dryRun = description.components?.parameters?.dryRun;
          if (dryRun) {
            dryRun.example = true;
            dryRun.description += "\n\n**This page begins with `true`.** Select `false` to make the change.";
          }
          return update(description);
        }
      }
    }
  }
};

// Successes first. A call can end in a dozen problems, each with an example.
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

// A JSON document on each line is no JSON document, and would be shown as an error.
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
  // Nobody else is asked whether the description is valid.
  validatorUrl: null
});
