import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts the description of the API among the files of the jar, as it is and as JSON. Run by
 * Maven, from source: the text is kept once, and nobody has to read YAML at run time.
 */
class OpenApiFiles {

	static void main(String[] arguments) throws IOException {
		String yaml = Files.readString(Path.of(arguments[0]));
		Path directory = Files.createDirectories(Path.of(arguments[1]));
		Object description = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
		Files.writeString(directory.resolve("openapi.yaml"), yaml);
		Files.write(directory.resolve("openapi.json"), JsonMapper.shared().writeValueAsBytes(description));
	}

}
