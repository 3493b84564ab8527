package dev.memberproxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that sends invalid or slow requests. */
public final class RawClient implements AutoCloseable {

	private static final int PATIENCE_MILLIS = 5_000;

	private final Socket socket;

	private final StringBuilder received = new StringBuilder();

	private RawClient(Socket socket) {
		this.socket = socket;
	}

	public static RawClient connect(int port) throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
		// Sends each part immediately.
		socket.setTcpNoDelay(true);
		return new RawClient(socket);
	}

	/**
	 * Sends a request on a new connection, each character as a byte. Returns everything
	 * received until the service closes the connection.
	 * @throws IOException if the service does not close the connection
	 */
	public static String call(int port, String request) throws IOException {
		try (RawClient client = connect(port)) {
			client.send(request);
			return client.receiveAll();
		}
	}

	public void send(String text) throws IOException {
		this.socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	/**
	 * Returns everything received until the service closes the connection.
	 * @throws IOException if the service does not close the connection
	 */
	public String receiveAll() throws IOException {
		while (isOpenAfter(PATIENCE_MILLIS)) {
			if (this.received.length() > 1_000_000) {
				throw new IOException("Endless response");
			}
		}
		return this.received.toString();
	}

	/**
	 * Receives until the text arrives.
	 * @throws IOException if the service closes the connection before
	 */
	public void receive(String text) throws IOException {
		while (this.received.indexOf(text) < 0) {
			if (!isOpenAfter(PATIENCE_MILLIS)) {
				throw new SocketException("Closed after " + this.received);
			}
		}
		this.received.setLength(0);
	}

	/**
	 * Sends the text repeatedly, one byte at a time with a gap between two bytes. Returns
	 * everything received until the service closes the connection.
	 * @throws IOException if the service does not close the connection within the limit
	 */
	public String drip(String text, Duration gap, Duration limit) throws IOException {
		long end = System.nanoTime() + limit.toNanos();
		for (int i = 0; System.nanoTime() < end; i = (i + 1) % text.length()) {
			try {
				send(text.substring(i, i + 1));
				if (!isOpenAfter((int) gap.toMillis())) {
					return this.received.toString();
				}
			}
			catch (SocketTimeoutException ex) {
				// Nothing was received. The timeout is the gap.
			}
			catch (SocketException ex) {
				return this.received.toString();
			}
		}
		throw new IOException("Still open after " + limit);
	}

	private boolean isOpenAfter(int millis) throws IOException {
		this.socket.setSoTimeout(millis);
		byte[] bytes = new byte[8192];
		int count = this.socket.getInputStream().read(bytes);
		if (count > 0) {
			this.received.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
		}
		return count >= 0;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
