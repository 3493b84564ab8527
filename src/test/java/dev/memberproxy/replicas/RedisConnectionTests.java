package dev.memberproxy.replicas;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.MemberProxyApplication;
import dev.memberproxy.Programs;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The ways to Redis that docs/replicas.md names. */
@ExtendWith(OutputCaptureExtension.class)
class RedisConnectionTests {

	private static final ConditionFactory SOON = Awaitility.await()
		.atMost(Duration.ofSeconds(30))
		.pollInterval(Duration.ofMillis(50));

	@TempDir
	Path directory;

	@Test
	void redisIsAwayAtTheStartServesWithoutAndUsesItLater(CapturedOutput output) {
		try (RedisServer redis = RedisServer.start()) {
			redis.kill();
			try (ConfigurableApplicationContext service = start("--spring.data.redis.port=" + redis.port())) {
				assertThat(create(service, null).statusCode()).isEqualTo(201);
				HttpResponse<String> refused = create(service, "key");
				assertThat(refused.statusCode()).isEqualTo(503);
				assertThat(refused.body()).contains("/problems/state-unavailable", "\"outcome\":\"not_applied\"",
						"\"retryable\":true");
				assertThat(refused.headers().firstValue("Retry-After")).contains("1");
				redis.restart();
				SOON.until(() -> create(service, "key").statusCode() == 201);
				assertReplayed(service);
			}
		}
		assertThat(output.getAll()
			.lines()
			.filter((line) -> line.contains("RedisState") && line.contains("Redis is not available"))).hasSize(1);
	}

	/** The permissions are those of the documentation; the password is in a file. */
	@Test
	void userWithTheDocumentedPermissionsAndPasswordFromAFile() throws Exception {
		String rule = Files.readString(Path.of("docs", "replicas.md"))
			.lines()
			.filter((line) -> line.contains("ACL SETUSER members"))
			.findFirst()
			.orElseThrow()
			.replaceAll(".*ACL SETUSER (members [^`]*)`.*", "$1");
		Files.writeString(this.directory.resolve("spring.data.redis.password"), "password\n");
		try (RedisServer redis = RedisServer.start()) {
			assertThat(redis.command("ACL",
					Stream.concat(Stream.of("SETUSER"), Stream.of(rule.split(" "))).toArray(String[]::new)))
				.isEqualTo("OK");
			redis.command("ACL", "SETUSER", "default", "+@all");
			try (ConfigurableApplicationContext service = start("--spring.data.redis.port=" + redis.port(),
					"--spring.data.redis.username=members",
					"--spring.config.import=configtree:" + this.directory + "/")) {
				assertReplayed(service);
				// The client's own CLIENT SETINFO, which Redis 6.2 denies, does not
				// matter.
				assertThat(redis.command("ACL", "LOG")).doesNotContain("evalsha", "reason, key", "object, info");
			}
		}
	}

	@Test
	void tlsWithTheCertificateInABundle() throws Exception {
		// The program of the test library has no TLS.
		Programs.require("redis-server");
		Path key = this.directory.resolve("key.pem");
		Path certificate = this.directory.resolve("certificate.pem");
		makeCertificate(key, certificate);
		int port = RedisServer.freePort();
		try (RedisServer redis = RedisServer.start("--tls-port", String.valueOf(port), "--tls-key-file",
				key.toAbsolutePath().toString(), "--tls-cert-file", certificate.toAbsolutePath().toString(),
				"--tls-auth-clients", "no");
				ConfigurableApplicationContext service = start("--spring.data.redis.port=" + port,
						"--spring.data.redis.ssl.bundle=redis",
						"--spring.ssl.bundle.pem.redis.truststore.certificate=" + certificate.toUri())) {
			assertReplayed(service);
			assertThat(redis.command("KEYS", "{members:1}:key:*")).isNotEmpty();
		}
	}

	private void makeCertificate(Path key, Path certificate) throws Exception {
		Path file = this.directory.resolve("redis.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "redis", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"san=dns:localhost", "-storetype", "PKCS12", "-storepass", "changeit", "-keystore", file.toString())
			.inheritIO()
			.start();
		assertThat(keytool.waitFor()).isZero();
		char[] password = "changeit".toCharArray();
		KeyStore store = KeyStore.getInstance(file.toFile(), password);
		writePem(key, "PRIVATE KEY", store.getKey("redis", password).getEncoded());
		writePem(certificate, "CERTIFICATE", store.getCertificate("redis").getEncoded());
	}

	private static void writePem(Path file, String type, byte[] content) throws IOException {
		Files.writeString(file, "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content)
				+ "\n-----END " + type + "-----\n");
	}

	@Test
	void clusterOfOneNode() {
		try (RedisServer redis = RedisServer.start("--cluster-enabled", "yes", "--cluster-config-file",
				this.directory.resolve("nodes.conf").toAbsolutePath().toString())) {
			List<String> slots = new ArrayList<>(List.of("ADDSLOTS"));
			for (int i = 0; i < 16_384; i++) {
				slots.add(String.valueOf(i));
			}
			redis.command("CLUSTER", slots.toArray(String[]::new));
			SOON.until(() -> redis.command("CLUSTER", "INFO").contains("cluster_state:ok"));
			try (ConfigurableApplicationContext service = start(
					"--spring.data.redis.cluster.nodes=127.0.0.1:" + redis.port())) {
				assertReplayed(service);
			}
		}
	}

	@Test
	void sentinelFailoverGoesOnWithTheNewServer() throws Exception {
		try (RedisServer first = RedisServer.start();
				RedisServer second = RedisServer.start("--replicaof", "127.0.0.1", String.valueOf(first.port()))) {
			Path configuration = Files.writeString(this.directory.resolve("sentinel.conf"), """
					sentinel monitor members 127.0.0.1 %d 1
					sentinel down-after-milliseconds members 1000
					sentinel failover-timeout members 5000
					""".formatted(first.port()));
			try (RedisServer sentinel = RedisServer.startSentinel(configuration)) {
				SOON.until(() -> sentinel.command("SENTINEL", "REPLICAS", "members")
					.contains(String.valueOf(second.port())));
				SOON.until(() -> second.command("INFO", "replication").contains("master_link_status:up"));
				try (ConfigurableApplicationContext service = start("--spring.data.redis.sentinel.master=members",
						"--spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port())) {
					assertReplayed(service);
					first.kill();
					SOON.until(() -> create(service, UUID.randomUUID().toString()).statusCode() == 201);
					assertThat(second.command("INFO", "replication")).contains("role:master");
					assertReplayed(service);
				}
			}
		}
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		return new SpringApplicationBuilder(MemberProxyApplication.class).profiles("demo")
			.run(Stream.concat(
					Stream.of("--server.port=0", "--management.server.port=0", "--members.state=redis",
							"--members.shutdown.drain=0", "--spring.main.register-shutdown-hook=false"),
					Stream.of(arguments))
				.toArray(String[]::new));
	}

	private static void assertReplayed(ConfigurableApplicationContext service) {
		String key = UUID.randomUUID().toString();
		HttpResponse<String> first = create(service, key);
		assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
		HttpResponse<String> second = create(service, key);
		assertThat(second.body()).isEqualTo(first.body());
		assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
	}

	private static HttpResponse<String> create(ConfigurableApplicationContext service, @Nullable String key) {
		var request = ApiClient
			.request(service.getEnvironment().getRequiredProperty("local.server.port", Integer.class), "/members")
			.header("Content-Type", "application/json")
			.POST(BodyPublishers
				.ofString("{\"userName\":\"" + ((key != null) ? key : UUID.randomUUID()) + "@example.com\"}"));
		if (key != null) {
			request.header("Idempotency-Key", key);
		}
		return ApiClient.send(request.build());
	}

}
