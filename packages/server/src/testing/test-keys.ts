/**
 * The signing keys of the test kit. Everybody can read them: they protect nothing. Made once, because making RSA keys takes longer than
 * a test.
 */
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'

export interface TestKey {
  readonly algorithm: AsymmetricAlgorithm
  readonly state: 'active' | 'next'
  readonly keyId: string
  readonly publicKey: object
  /** PKCS#8, in Base64. */
  readonly privateKey: string
}

export const testKeys: readonly TestKey[] = [
  {
    algorithm: 'ES256',
    state: 'active',
    keyId: 'ieesSUvoqIHvXdGGmUeCG2MWU8oPQMOCsVdOS7t7YRc',
    publicKey: {
      kty: 'EC',
      x: '7Tp2WG1Nj5EakWMGBwTM-VV0YU-DLh7T-dkGVAcFoUA',
      y: 'mPe4b26RXVTpJl7SGO1Xvmtc41aheiR3QpQCsi46vzM',
      crv: 'P-256',
    },
    privateKey:
      'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiR2MujxPn4b4/NUI6tDf+PX/fBB47blHHjRtkfX9EtChRANCAATtOnZYbU2PkRqRYwYHBMz5VXRhT4MuHtP52QZUBwWhQJj3uG9ukV1U6SZe0hjtV75rXONWoXokd0KUArIuOr8z',
  },
  {
    algorithm: 'ES256',
    state: 'next',
    keyId: 'PnY6ZfnPTAhD-1lVq71kPdKqDXNNsit6R7UJApLAgbY',
    publicKey: {
      kty: 'EC',
      x: 'F5WGAB5MhyLolCmtkjhZpZ4BkmJwFisu5dIQxloK6hg',
      y: 'W8wYRx0k5i4ZIx5PFQMYUREGjQGnLK92jegKhYy9MhI',
      crv: 'P-256',
    },
    privateKey:
      'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqTUgNrR3pTus/BUWvAvpcQNqQNgA1n9B8IqXmyI4xK+hRANCAAQXlYYAHkyHIuiUKa2SOFmlngGSYnAWKy7l0hDGWgrqGFvMGEcdJOYuGSMeTxUDGFERBo0Bpyyvdo3oCoWMvTIS',
  },
  {
    algorithm: 'RS256',
    state: 'active',
    keyId: 'Iz-miY-Q4j8YM9OV8KaN13I8A3vZVjBBppBnSJHHnM4',
    publicKey: {
      kty: 'RSA',
      n: 'o2Tbobx3MpcNFjSylBshc8nM-JP5k5yfYBXxwTsCpEA4Q3UcEkqCn0mbJFVNu3osJiTtRLTpgcfGXnQ1XzBJ8d8P4CDfzqcq3vNnxxNpcrFIkg5w-2KvyxUhjxKGS9d5twJ8RAferXq0z2vHR2oYzK9qgVV_Wne92dvVNgVi9e_s6qkjO9AVygwCpB2nbkvuQrM8ZVg1-4SR9VMD_yM16UHAzO5XnmII4tlmQ5BV1xZ5Hnv_8ci9WVLIZnOsDExcv50NAhird5l04z0geTD4cYTxqEscOMl-3gHeBTIWXKCl7UIXFmf4nkUHVs3Yu0mXtWUHRs7FC9hCY1FUff5NPw',
      e: 'AQAB',
    },
    privateKey:
      'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCjZNuhvHcylw0WNLKUGyFzycz4k/mTnJ9gFfHBOwKkQDhDdRwSSoKfSZskVU27eiwmJO1EtOmBx8ZedDVfMEnx3w/gIN/Opyre82fHE2lysUiSDnD7Yq/LFSGPEoZL13m3AnxEB96terTPa8dHahjMr2qBVX9ad73Z29U2BWL17+zqqSM70BXKDAKkHaduS+5CszxlWDX7hJH1UwP/IzXpQcDM7leeYgji2WZDkFXXFnkee//xyL1ZUshmc6wMTFy/nQ0CGKt3mXTjPSB5MPhxhPGoSxw4yX7eAd4FMhZcoKXtQhcWZ/ieRQdWzdi7SZe1ZQdGzsUL2EJjUVR9/k0/AgMBAAECggEAAa5Q30KVl6BJea3K9xeFyhQ6UmEz5+FaG9C7sVJHu+QhhuePl7oCFCXbfYSOSPMbc+FKqHKBcMFtT11OQmZc2PQV3vB57PQcl7lLv83C0gYGc1B/JcXFWRBtzU+AHp4Mp7gdLwP8SEFQ1rtvecCtK1nmWPRqbg9UlVBAb1fEIRNsgJ6b6JmIG7ZKUiqFij7IMh0osQaFB2MAj9cD3MwL9iD9eVsmTt9BUdrCQu5qA3G4AqyzZQan5zvOwLTAN1w0anaU5z2uepyPciWAV06KvRHP2jhZHxaWZTgtq6JZXJFkITtjqWn8ZYS/a/sY+4G0VKeUWYvHSq/0BPmAsLQRGQKBgQDiZam/Qgg+C1AHTE09VtpCL3wiutsUqO3nU9BqEe86dEL3RMvZvLsWqBCEKjYuI1K0kPENcKWpsDVFwLrU6x1T7gn+2M/crMAOEcByN5h5SxxErEyylUQWlbQb5ab+Zo70cIaPltjn+orzppmyE4pgDCuSJttD1YkZFPxh7YeFxwKBgQC4wj/7uQKQL/Nuyet8G3+bn+wu4ucZtbunFWzomJddps8Kmbd9P9koGwXO7uv0R4QTmS3XBo5CwiZUezijqkI9eqaiLS9PuaqYX0VwWz4qMLImgPLdY/NIaBbaFqPbbiz73KdyCdmBDnoC6/jgloIQ4GWHP6J5FrN1p0E/umecyQKBgQCiw+5nJ8UfPijaJlw9pkyiWttHaMmLL+xibJqhN6Wjg+SFO3vHXe2v20KMkoCDaTfTw4TaYctolNun+2kXHLXoGnIrO5stjzFArDiMpTXEtmBrauh1V+Usy5JCoDgQHJHYYXIMl6n4FeOCSpujMHNCnF1S5Qas3T+Evda5XPkbDwKBgEwjwTp7hBLnr+p4TBNZQb1gqnSoDZUKz8qLidZRDBAMLkawEm4LYfKlMD+XNqX00vlApyN2ECpy2Fj4bt8Dy0iKwyESfezdFvC0Uml7MKMybjhv66ZRCnFMdB5sNhq3zNH+nQLiDECjNqT9mhLz86YA09Zo4wwDzvEtfDZHG2wBAoGBAND3yjFq7beqO61ok4h1LmbyW6JYJjilivQ9hThEXUi4e5E17iSsWRRzjEj193tDq2CyP7sNtrlG4gNTHL+tL78NK8A0B/nD8BLKI68jFobMPLw6XcM//S6EsI9eOkGxMllah5ZnTlDvSYZECFhiDcKQW7xMk5g3y7dMBvuOvBxJ',
  },
  {
    algorithm: 'RS256',
    state: 'next',
    keyId: 'efQbORQKIPImKxulbLeDbrz8moQgWpNdCmTj6Y17kYA',
    publicKey: {
      kty: 'RSA',
      n: '5zCeNPQ9Tb7_CPYAgaqy_iiMvv3pp37ijZ_u_6pRWX-qIEwsI9feF9ScW2OK7pWzYV3T2xqhWTZMIOKGCXBdxxSbxWX9Vd1cOWEf3QUOMS2aKvnYqKejRdbL6VLv1vjGE91kFkux1JU7TnFP0LZ_m0PZjEroW4ceFnVi1PBdaZ4w-9gItfRa3FrmwdqfgJJ8Exo3kguuyKQUdM6e-KZn1jhxdprq0HmZ1ZZs5_qVE2RGGAkQOvBYNoY_w5aLimQ43p7xmB_hyTIXLFHo7XpYvJyNMjjWIt8glOPHVYgclYq8SKPUdxANEwtaBKP-VEc4Hz4HPXqM74qBWKMEY5650w',
      e: 'AQAB',
    },
    privateKey:
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDnMJ409D1Nvv8I9gCBqrL+KIy+/emnfuKNn+7/qlFZf6ogTCwj194X1JxbY4rulbNhXdPbGqFZNkwg4oYJcF3HFJvFZf1V3Vw5YR/dBQ4xLZoq+diop6NF1svpUu/W+MYT3WQWS7HUlTtOcU/Qtn+bQ9mMSuhbhx4WdWLU8F1pnjD72Ai19FrcWubB2p+AknwTGjeSC67IpBR0zp74pmfWOHF2murQeZnVlmzn+pUTZEYYCRA68Fg2hj/DlouKZDjenvGYH+HJMhcsUejteli8nI0yONYi3yCU48dViByVirxIo9R3EA0TC1oEo/5URzgfPgc9eozvioFYowRjnrnTAgMBAAECggEAFuFqBV3XKiuJErcQeMTPBZyeXvhC2JSUHnK7YbejaNyoltBP6m8FKE2exeRI2tdoOYgvafb6P5nCMg6WBNDt1XPVym6o6NRJU6J01758cTCNGmWMyrBNb+5T7KOMYIKEtApl5L3MFUWwHDgJr30IWj9kt5MVHDRErYtWyZiAxKC25lFEBOUrIv4lBr6BGA/HOzVYJYteGoUqnBOBioXNL0U8OzQJwLrf+qk9wAWp9QJA/FDyiA56BrYKPX1ddQxhIzsSZM5Mx90abRQUgNcLnw06ix4Q1rfta3HVtUxteMHghr7v4YU2wYwDxbd5F+vFb35KOcNzvUgiE4uISamZxQKBgQD3Cb5TR+dt8u5lGuYXZdWJ5/bAefGQvJgVSXsgVsybuq2SuimD/FBbU4Yu3ZBTB5cSEvMLZgWO5/qjZ0OOTmn2MTDtl5y1OcRr+VgoY2nZJHpClXfVxd5zS4l2Hq4iKGgey2tP1PhJO+/4/Is10g43cvsCMaZcDVTKsANYlFzy/QKBgQDvk7EgT0DYffhePLAHGOxwd0h7JOSzudSDlAZmLhckyaW8jvC6/2kAh0fLZ4SauON5zWHQNBy1G2gcPjeNbAaVTzR6CvnTjBcG2dGb4DEa9M8mcOtUaMQH/9DgSsYmcVg6ArHRMmVNhYaQdNQGG7QKhphzHIFihL6L3gNbUxeBDwKBgCE+I2lrjJ4ECcZ7NylA39pd55uBDVuvtTtwFuyEIaZ3GXJcMMf9BQc1FyJpWEmEBPU+rYwEH41adCTW+YVF0gZ6Gh5uv3y3mFH7TLyqnAzHVths6qJOrR+Qs5+8gyw/ibtTHk6w1vRr51/3A/irGpSlmVdzPPK4LIfV5a1e0Z81AoGAFGFE9RGo24HDyghxlPj6zAppoQgfaGaLfHHwJWsQTvHUZnjmY5Hslb3sTpJMxnip6SeehX6ZXpKpRZXJVf91g+gL98HNRMCrCMsouJDWvItMv+FlM3YCDwgk9Z+Gwahsr+qgw8H8uh58tvcpPifHJgoTF9+55e6S4wUM1gz4d+MCgYEA9CyZZsXdAZDkuGK/zazHtRIhd+dB6gI5E/IdQJ4NjhFTCd/dsoWXhOnEFc43QE69vH2n5DymWXFhUZArQntfgP7l7g0xUeNPoXit+RlzjX1p6FVOBNf8T5QHHJ7/mq4SgsOUBZC998aRwFExTJdgpvEr5RZsZSphT/TRgTuwKOQ=',
  },
  {
    algorithm: 'EdDSA',
    state: 'active',
    keyId: '06XNl8NDcEJCobj8NQxwuOhTKowzGvyVStnxE8BlrHo',
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'Z5QAKeTWBgNRhgirLCHUtrG0FY2amgxcdiQCDPYmVRM' },
    privateKey: 'MC4CAQAwBQYDK2VwBCIEIMI+UkSp3wJKSbH0nmdx9/AF/XRrYNn5LJF+gAhpWEio',
  },
  {
    algorithm: 'EdDSA',
    state: 'next',
    keyId: 'ni_X1-4mGVNggRbxth_fhDN7nVe1twtz59pvTAZbO9s',
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: '1e045joF8_ZYLkUaArvkMvejwgmWVkPSkVCuyj5nIaY' },
    privateKey: 'MC4CAQAwBQYDK2VwBCIEIJeX3aV2RNqdN0/L2V+vvF+ed/r7tD0lXSVPC+Xhyd8i',
  },
]
