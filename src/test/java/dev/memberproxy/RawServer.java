package dev.memberproxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/** A server that does with its connections what no HTTP server would do. */
public final class RawServer implements AutoCloseable {

	private final ServerSocket socket;

	private RawServer(ServerSocket socket) {
		this.socket = socket;
	}

	/**
	 * Starts a server on this machine.
	 * @param behavior what it does with each connection, which is reset afterwards
	 * @return a running server
	 */
	public static RawServer start(Behavior behavior) {
		try {
			RawServer server = new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
			Thread.ofVirtual().start(() -> server.accept(behavior));
			return server;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	public URI uri(String scheme) {
		return URI.create(scheme + "://127.0.0.1:" + this.socket.getLocalPort());
	}

	private void accept(Behavior behavior) {
		while (!this.socket.isClosed()) {
			try {
				Socket connection = this.socket.accept();
				Thread.ofVirtual().start(() -> serve(connection, behavior));
			}
			catch (IOException ex) {
				// Closed: the loop ends.
			}
		}
	}

	private static void serve(Socket connection, Behavior behavior) {
		try (connection) {
			behavior.serve(connection);
			connection.setSoLinger(true, 0);
		}
		catch (IOException | InterruptedException ex) {
			// The client is gone, which is what it is tested for.
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/** What to do with a connection. */
	@FunctionalInterface
	public interface Behavior {

		void serve(Socket connection) throws IOException, InterruptedException;

	}

}
