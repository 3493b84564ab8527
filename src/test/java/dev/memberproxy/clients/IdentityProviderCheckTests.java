package dev.memberproxy.clients;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jose.jwk.RSAKey;
import org.awaitility.Awaitility;
import dev.memberproxy.core.OutboundProxy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IdentityProviderCheckTests {

	private static final RSAKey KEY = IdentityProviderServer.rsaKey("one");

	@Test
	void beginWhenNobodyCallsFetchesTheKeys() {
		try (IdentityProviderServer server = new IdentityProviderServer(KEY)) {
			IdentityProvider provider = new IdentityProvider(
					new KeySetClient(new Issuer(server.issuer(), false), () -> null, OutboundProxy.ofJvm()), () -> 0);
			assertThat(provider.wasAsked()).isFalse();
			try (IdentityProviderCheck check = new IdentityProviderCheck(provider)) {
				check.begin();
				Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> provider.keys() == 1);
			}
		}
	}

	@Test
	void closeWhenProviderHangsGivesTheFetchUpAndBlamesNobody() throws Exception {
		try (IdentityProviderServer server = new IdentityProviderServer(KEY)) {
			server.hang();
			AtomicInteger gaveUp = new AtomicInteger();
			IdentityProvider provider = new IdentityProvider(
					new KeySetClient(new Issuer(server.issuer(), false), () -> null, OutboundProxy.ofJvm()), () -> 0);
			Thread refresh = Thread.ofVirtual().start(() -> {
				provider.refresh();
				gaveUp.incrementAndGet();
			});
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> server.fetches() == 1);
			refresh.interrupt();
			assertThat(refresh.join(Duration.ofSeconds(2))).isTrue();
			assertThat(gaveUp).hasValue(1);
			assertThat(provider.wasAsked()).isFalse();
		}
	}

}
