package dev.memberproxy.server;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1 with small buffers for the bodies of answers, as {@link SmallBuffers} has them
 * for the rest: Tomcat has no setting for these. Public because Tomcat makes it by its
 * name.
 */
public class SmallBufferProtocol extends Http11NioProtocol {

	@Override
	protected Processor createProcessor() {
		return new UnderscoreHosts(this, getAdapter());
	}

	@Override
	public int getDesiredBufferSize() {
		return SmallBuffers.BYTES;
	}

}
