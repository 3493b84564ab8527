package dev.memberproxy.replicas;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Forwards connections to a port of loopback, until it is cut. */
final class TcpForwarder implements AutoCloseable {

	private final ServerSocket server;

	private final int target;

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private volatile boolean cut;

	TcpForwarder(int target) {
		this.target = target;
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		this.executor.execute(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	/** Ends all connections, and refuses new ones. */
	void cut() {
		this.cut = true;
		this.sockets.forEach(TcpForwarder::close);
	}

	void mend() {
		this.cut = false;
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket incoming = this.server.accept();
				if (this.cut) {
					incoming.close();
					continue;
				}
				Socket outgoing = new Socket(InetAddress.getLoopbackAddress(), this.target);
				this.executor.execute(() -> copy(incoming, outgoing));
				this.executor.execute(() -> copy(outgoing, incoming));
			}
			catch (IOException _) {
				// Closed, or the target does not listen: the caller notices.
			}
		}
	}

	private void copy(Socket from, Socket to) {
		this.sockets.add(from);
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			in.transferTo(out);
		}
		catch (IOException _) {
			// Both ends are closed.
		}
		finally {
			this.sockets.remove(from);
		}
	}

	private static void close(Closeable socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	public void close() {
		close(this.server);
		cut();
		this.executor.shutdownNow();
	}

}
