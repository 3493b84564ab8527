package dev.memberproxy.replicas;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.memberproxy.ApiClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Without Redis, no class is loaded that only it needs. */
class MemoryStateTests {

	@TempDir
	Path directory;

	@Test
	void memoryStateLoadsNoClassForRedis() throws Exception {
		Path classes = this.directory.resolve("classes.log").toAbsolutePath();
		try (Replica replica = Replica.launch("memory", Map.of("SPRING_PROFILES_ACTIVE", "demo"),
				"-Xlog:class+load:file=" + classes + ":none:filecount=0")) {
			replica.awaitReady();
			assertThat(ApiClient.post(replica.port(), "/members", "{\"userName\":\"ada@example.com\"}").statusCode())
				.isEqualTo(201);
			assertThat(replica.management("/actuator/health").body()).doesNotContain("redis");
			assertThat(replica.management("/actuator/prometheus").body()).doesNotContain("members_state");
			replica.kill();
		}
		List<String> loaded = Files.readAllLines(classes);
		assertThat(loaded).anyMatch((line) -> line.startsWith("dev.memberproxy.idempotency."));
		assertThat(loaded).noneMatch((line) -> line.startsWith("io.lettuce.") || line.startsWith("io.netty.")
				|| line.startsWith("org.springframework.data.redis.") || line.startsWith("dev.memberproxy.redis."));
	}

}
