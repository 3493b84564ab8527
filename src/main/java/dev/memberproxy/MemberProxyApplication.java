package dev.memberproxy;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/** Starts the service. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
public class MemberProxyApplication {

	/**
	 * Starts the service.
	 * @param args properties in the form {@code --name=value}
	 */
	public static void main(String[] args) {
		SpringApplication.run(MemberProxyApplication.class, args);
	}

}
