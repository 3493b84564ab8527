package dev.memberproxy.clients;

import java.util.Map;

import dev.memberproxy.clients.AccessProperties.Access;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class AccessPropertiesTests {

	@Test
	void bindWhenNothingIsSetIsClosed() {
		assertThat(bind(Map.of())).isEqualTo(new AccessProperties(Access.CLIENTS));
	}

	@Test
	void bindWhenAccessIsSetTakesIt() {
		assertThat(bind(Map.of("members.access", "open"))).isEqualTo(new AccessProperties(Access.OPEN));
	}

	private static AccessProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("members",
				AccessProperties.class);
	}

}
