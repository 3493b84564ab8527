package dev.memberproxy.clients;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call the service.
 *
 * @param access whether callers are known by a key, or everybody who reaches the service
 * may call it
 */
@ConfigurationProperties("members")
record AccessProperties(@DefaultValue("clients") Access access) {

	enum Access {

		CLIENTS, OPEN

	}

}
