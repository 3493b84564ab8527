package dev.memberproxy.server;

import org.apache.catalina.connector.Connector;

import org.springframework.boot.tomcat.TomcatConnectorCustomizer;

/**
 * Makes the buffers of a connection smaller than Tomcat does, which keeps them while a
 * caller waits for Sentry. Requests and answers here are below 2 KB; larger ones take
 * more turns.
 */
final class SmallBuffers implements TomcatConnectorCustomizer {

	static final int BYTES = 2048;

	@Override
	public void customize(Connector connector) {
		connector.setProperty("socket.appReadBufSize", String.valueOf(BYTES));
		connector.setProperty("socket.appWriteBufSize", String.valueOf(BYTES));
	}

}
