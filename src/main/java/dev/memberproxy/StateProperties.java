package dev.memberproxy;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the service keeps its state.
 *
 * @param state memory for a single replica; redis if several replicas share it, with the
 * connection that spring.data.redis describes
 */
@ConfigurationProperties("members")
record StateProperties(@DefaultValue("memory") Kind state) {

	enum Kind {

		MEMORY, REDIS

	}

}
