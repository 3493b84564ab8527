package dev.memberproxy.server;

import java.io.IOException;

import dev.memberproxy.RawClient;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/** What callers may count on who keep their connection. */
@WireTests
class ConnectionTests {

	@LocalServerPort
	int port;

	@Test
	void connectionTakesAsManyRequestsAsTheCallerLikes() throws IOException {
		String request = "GET /problems HTTP/1.1\r\nHost: x\r\n";
		String answers = RawClient.call(this.port,
				(request + "\r\n").repeat(200) + request + "Connection: close\r\n\r\n");
		assertThat(answers.lines().filter("HTTP/1.1 200 "::equals)).hasSize(201);
		assertThat(answers.lines().filter("Connection: close"::equals)).hasSize(1);
	}

}
